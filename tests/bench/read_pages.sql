-- What crfd asks the source for, center by center (src/batch/source.c), thrown away as it comes. psql variable: center.
COPY (SELECT subject_id::text, event::text, event_repeat::int4, form::text, form_repeat::int4, data::text,
             submitted_at::timestamptz
      FROM edc.crf_page
      WHERE center_id = :'center'
      ORDER BY subject_id COLLATE "C", event COLLATE "C", event_repeat, form COLLATE "C", form_repeat
) TO STDOUT (FORMAT binary) \g /dev/null
