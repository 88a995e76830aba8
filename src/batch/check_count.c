#include "check_count.h"

#include "crfd/base/strbuf.h"

#include "queries.h"

#include <inttypes.h>
#include <string.h>

struct check_count *
check_counts_new(struct arena *arena, const struct rulebook *rules)
{
    return arena_array(arena, struct check_count, rules->count);
}

void
check_counts_clear(struct check_count *counts, const struct rulebook *rules)
{
    if (rules->count > 0)
        memset(counts, 0, rules->count * sizeof *counts);
}

static bool
has_fired(const struct check_count *count)
{
    return count->outcomes[EVAL_FALSE] + count->outcomes[EVAL_ERROR] > 0;
}

static bool
was_asked(const struct check_count *count)
{
    return has_fired(count) || count->outcomes[EVAL_TRUE] + count->outcomes[EVAL_UNKNOWN] > 0;
}

/* The arrays of the statement, one element for each rule that was asked. */
struct count_arrays {
    struct strbuf ids;
    struct strbuf outcomes[EVAL_OUTCOME_COUNT];
    struct strbuf fired;
};

static void
append_night(struct strbuf *array, int32_t night)
{
    const struct value date = {.type = VALUE_DATE, .date = night};

    value_append_text(&date, array);
}

static void
append_count(struct count_arrays *arrays, const char *id, const struct check_count *count, int32_t night)
{
    bool first = arrays->ids.length == 1;

    conn_append_array_element(&arrays->ids, id);
    for (int i = 0; i < EVAL_OUTCOME_COUNT; i++)
        strbuf_printf(&arrays->outcomes[i], "%s%" PRId64, first ? "" : ",", count->outcomes[i]);
    if (!first)
        strbuf_append_char(&arrays->fired, ',');
    if (has_fired(count))
        append_night(&arrays->fired, night);
    else
        strbuf_append(&arrays->fired, "NULL");
}

static void
arrays_begin(struct count_arrays *arrays)
{
    strbuf_init(&arrays->ids);
    strbuf_append_char(&arrays->ids, '{');
    for (int i = 0; i < EVAL_OUTCOME_COUNT; i++) {
        strbuf_init(&arrays->outcomes[i]);
        strbuf_append_char(&arrays->outcomes[i], '{');
    }
    strbuf_init(&arrays->fired);
    strbuf_append_char(&arrays->fired, '{');
}

static void
arrays_end(struct count_arrays *arrays)
{
    strbuf_append_char(&arrays->ids, '}');
    for (int i = 0; i < EVAL_OUTCOME_COUNT; i++)
        strbuf_append_char(&arrays->outcomes[i], '}');
    strbuf_append_char(&arrays->fired, '}');
}

static void
arrays_destroy(struct count_arrays *arrays)
{
    strbuf_destroy(&arrays->ids);
    for (int i = 0; i < EVAL_OUTCOME_COUNT; i++)
        strbuf_destroy(&arrays->outcomes[i]);
    strbuf_destroy(&arrays->fired);
}

bool
check_counts_write(const struct check_count *counts, const struct definition *definition,
                   struct conn *analysis, const char *center_id, int32_t night, bool anew, struct err *err)
{
    const struct rulebook *rules = definition->rules;
    struct count_arrays arrays;
    PGresult *done;

    arrays_begin(&arrays);
    for (size_t i = 0; i < rules->count; i++)
        if (was_asked(&counts[i]))
            append_count(&arrays, rules->rules[i].id, &counts[i], night);
    arrays_end(&arrays);
    done = conn_query_prepared(analysis, "keeping how often each check was true or false", sql_check_count,
                               (const struct conn_param[]){
                                   CONN_TEXT(center_id),
                                   CONN_TEXT(definition->study->digest),
                                   CONN_TEXT(arrays.ids.text),
                                   CONN_TEXT(arrays.outcomes[EVAL_TRUE].text),
                                   CONN_TEXT(arrays.outcomes[EVAL_FALSE].text),
                                   CONN_TEXT(arrays.outcomes[EVAL_UNKNOWN].text),
                                   CONN_TEXT(arrays.outcomes[EVAL_ERROR].text),
                                   CONN_TEXT(arrays.fired.text),
                                   CONN_TEXT(anew ? "t" : "f"),
                               },
                               9, err);
    PQclear(done);
    arrays_destroy(&arrays);
    return done != NULL;
}
