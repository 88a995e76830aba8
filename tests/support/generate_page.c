#include "generate_page.h"

void
copy_write_column(FILE *out, const char *text, char end)
{
    if (text == NULL) {
        fputs("\\N", out);
    } else {
        for (; *text != '\0'; text++) {
            if (*text == '\\')
                fputs("\\\\", out);
            else if (*text == '\t')
                fputs("\\t", out);
            else if (*text == '\n')
                fputs("\\n", out);
            else
                putc_unlocked(*text, out);
        }
    }
    putc_unlocked(end, out);
}

void
page_write_copy(FILE *out, const struct source_row *row)
{
    copy_write_column(out, row->center_id, '\t');
    copy_write_column(out, row->subject_id, '\t');
    copy_write_column(out, row->event, '\t');
    fprintf(out, "%d\t", row->event_repeat);
    copy_write_column(out, row->form, '\t');
    fprintf(out, "%d\t", row->form_repeat);
    copy_write_column(out, row->data, '\t');
    copy_write_column(out, row->submitted_at, '\n');
}

/* A literal by standard_conforming_strings: only the quote is doubled. */
static void
write_literal(FILE *out, const char *text)
{
    putc_unlocked('\'', out);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            putc_unlocked('\'', out);
        putc_unlocked(*text, out);
    }
    putc_unlocked('\'', out);
}

void
page_write_upsert(FILE *out, const struct source_row *row)
{
    fputs("INSERT INTO edc.crf_page VALUES (", out);
    write_literal(out, row->center_id);
    fputs(", ", out);
    write_literal(out, row->subject_id);
    fputs(", ", out);
    write_literal(out, row->event);
    fprintf(out, ", %d, ", row->event_repeat);
    write_literal(out, row->form);
    fprintf(out, ", %d,\n    ", row->form_repeat);
    write_literal(out, row->data);
    fputs(", ", out);
    write_literal(out, row->submitted_at);
    fputs(")\nON CONFLICT (center_id, subject_id, event, event_repeat, form, form_repeat)\n"
          "DO UPDATE SET data = excluded.data, submitted_at = excluded.submitted_at;\n",
          out);
}

void
page_write_delete(FILE *out, const struct source_row *row)
{
    fputs("DELETE FROM edc.crf_page WHERE center_id = ", out);
    write_literal(out, row->center_id);
    fputs(" AND subject_id = ", out);
    write_literal(out, row->subject_id);
    fputs(" AND event = ", out);
    write_literal(out, row->event);
    fprintf(out, " AND event_repeat = %d AND form = ", row->event_repeat);
    write_literal(out, row->form);
    fprintf(out, " AND form_repeat = %d;\n", row->form_repeat);
}
