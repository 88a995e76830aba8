#include "check_study.h"

#include "check/input.h"
#include "crfd/study/event.h"
#include "definition/zone_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define CELLS         6

/* An item and its values on the form's pages; NULL is NULL. */
struct column {
    const char *name;
    enum value_type type;
    const char *cells[CELLS];
};

static const struct column dm_columns[] = {
    {"sex", VALUE_TEXT, {"M"}},
    {"age", VALUE_INTEGER, {"64"}},
    {"rfstdtc", VALUE_PARTIAL_DATE, {"2014-01-02"}},
    {"birthday", VALUE_DATE, {"1950-02-28"}},
    {"weight", VALUE_DECIMAL, {"71.50"}},
};

static const struct column ds_columns[] = {
    {"term", VALUE_TEXT, {NULL}},
    {"number", VALUE_INTEGER, {NULL}},
};

static const struct column sv_columns[] = {
    {"svdat", VALUE_DATE, {"2014-03-04", "2014-03-19"}},
    {"note", VALUE_TEXT, {"first", "second"}},
};

static const struct column ae_columns[] = {
    {"term", VALUE_TEXT, {"HEADACHE", "NAUSEA", "headache", NULL, "NAUSEA", "Zürich"}},
    {"grade", VALUE_INTEGER, {"1", "3", NULL, "2", "3", "1"}},
    {"stdat", VALUE_DATE, {"2014-03-05", "2014-03-20", "2014-03-20", NULL, "2014-02-28", "2014-03-20"}},
    {"dose", VALUE_DECIMAL, {"1.5", "1.50", "2", NULL, "0.333", "-10"}},
    {"serious", VALUE_BOOLEAN, {"false", "true", NULL, "false", "true", "true"}},
    {"endtc", VALUE_PARTIAL_DATE, {"2014-03", NULL, "2014-03-21", "2014", "2014-04-02", "2014-03-05"}},
};

static const struct column vs_columns[] = {
    {"t1", VALUE_TEXT, {"abc", NULL, "Zürich", ""}},
    {"t2", VALUE_TEXT, {"abd", NULL, "男 90 mmHg\n", " x "}},
    {"digits", VALUE_TEXT, {"12", NULL, " -7.5 ", "99999999999999999999"}},
    {"i1", VALUE_INTEGER, {"7", NULL, "-9223372036854775808", "2147483647"}},
    {"i2", VALUE_INTEGER, {"2", NULL, "-1", "0"}},
    {"d1", VALUE_DECIMAL, {"120", NULL, "-0.005", "1234567890123456789012345678901234567890.5"}},
    {"d2", VALUE_DECIMAL, {"80.50", NULL, "3", "0.00"}},
    {"b1", VALUE_BOOLEAN, {"true", NULL, "false", "true"}},
    {"b2", VALUE_BOOLEAN, {"false", NULL, "false", "true"}},
    {"day1", VALUE_DATE, {"2014-03-05", NULL, "0001-01-01", "9999-12-31"}},
    {"day2", VALUE_DATE, {"2014-02-28", NULL, "2000-02-29", "1999-12-31"}},
    {"p1", VALUE_PARTIAL_DATE, {"2014-03", NULL, "2014", "2014-03-05"}},
    {"p2", VALUE_PARTIAL_DATE, {"2014-04-02", NULL, "2014-12-31", "2014-03-05"}},
    {"q1", VALUE_PARTIAL_DATETIME, {"2014-03-05T11:45", NULL, "2014-03-05T11:45:30.5", "2014-03-05T11"}},
    {"q2", VALUE_PARTIAL_DATETIME, {"2014-03-05", NULL, "2014-03-05T11:45:30.5", "2014-03-05T12:00:00"}},
    {"ts1",
     VALUE_DATETIME,
     {"2014-03-05 11:45:00", NULL, "1999-12-31 23:59:59.999999", "2014-03-05 00:00:00"}},
    {"ts2", VALUE_DATETIME, {"2014-03-05 11:45:30.25", NULL, "0001-01-01 00:00:00", "9999-12-31 23:59:59"}},
    {"tm1", VALUE_TIME, {"11:45:00", NULL, "00:00:00", "23:59:59.5"}},
    {"tm2", VALUE_TIME, {"11:45:00", NULL, "00:00:01", "12:00:00"}},
    {"in1",
     VALUE_INSTANT,
     {"2014-03-05 11:45:00", NULL, "2014-03-30 00:59:59.999999", "2014-10-26 01:30:00"}},
    {"in2", VALUE_INSTANT, {"2014-03-05 23:30:00", NULL, "2014-03-30 01:00:00", "1893-03-31 23:06:31"}},
    {"select", VALUE_INTEGER, {"1", NULL, "2", "3"}},
    {"d1_q", VALUE_TEXT, {NULL, "<", ">=", NULL}},
    {"d1_limit", VALUE_DECIMAL, {NULL, "5", "0.10", NULL}},
};

static const struct {
    const char *name;
    enum form_per per;
    const struct column *columns;
    size_t count;
} forms[] = {
    {"dm", FORM_PER_SUBJECT, dm_columns, LENGTH(dm_columns)},
    {"ds", FORM_PER_SUBJECT, ds_columns, LENGTH(ds_columns)},
    {"sv", FORM_PER_EVENT, sv_columns, LENGTH(sv_columns)},
    {"ae", FORM_PER_RECORD, ae_columns, LENGTH(ae_columns)},
    {"vs", FORM_PER_RECORD, vs_columns, LENGTH(vs_columns)},
};

static const struct event events[] = {
    {.name = "SCREENING 1", .order = 1},
    {.name = "WEEK 2", .order = 2},
    {.name = "UNSCHEDULED *", .is_pattern = true, .unscheduled = true, .order = 3},
    {.name = "CYCLE *", .is_pattern = true, .has_day = true, .day = 29, .every = 21, .order = 4},
};

/* The subject's pages in key order, with the cell that each shows. */
static const struct {
    size_t form;
    size_t event;
    const char *event_name;
    int event_repeat;
    int form_repeat;
    size_t cell;
} pages[] = {
    {3, 0, "SCREENING 1", 1, 1, 0},
    {0, 0, "SCREENING 1", 1, 1, 0},
    {2, 0, "SCREENING 1", 1, 1, 0},
    {4, 0, "SCREENING 1", 1, 1, PAGE_ORDINARY},
    {3, 2, "UNSCHEDULED 1.1", 1, 1, 1},
    {4, 2, "UNSCHEDULED 1.1", 1, 1, PAGE_NULLS},
    {3, 1, "WEEK 2", 1, 1, 2},
    {3, 1, "WEEK 2", 1, 2, 3},
    {3, 1, "WEEK 2", 1, 3, 4},
    {4, 1, "WEEK 2", 1, 1, PAGE_ODD},
    {3, 1, "WEEK 2", 2, 1, 5},
    {2, 1, "WEEK 2", 2, 1, 1},
    {4, 1, "WEEK 2", 2, 1, PAGE_EXTREME},
};

static void
must(bool read, const char *text)
{
    if (!read) {
        fprintf(stderr, "check_study: \"%s\" is no value of its item\n", text);
        abort();
    }
}

static const struct item *
new_items(struct arena *arena, const struct column *columns, size_t count)
{
    static const char *const tokens[] = {"ND", "NOT DONE", "unbekannt, Größe"};
    struct item *items = arena_array(arena, struct item, count);

    for (size_t i = 0; i < count; i++) {
        items[i].name = columns[i].name;
        items[i].key = columns[i].name;
        items[i].label = "";
        items[i].type = columns[i].type;
        items[i].missing = tokens;
        items[i].missing_count = LENGTH(tokens);
    }
    return items;
}

const struct study *
check_study_new(struct arena *arena)
{
    struct study *study = arena_new(arena, struct study);
    struct form *list = arena_array(arena, struct form, LENGTH(forms));

    for (size_t i = 0; i < LENGTH(forms); i++) {
        list[i].name = forms[i].name;
        list[i].label = "";
        list[i].per = forms[i].per;
        list[i].index = i;
        list[i].items = new_items(arena, forms[i].columns, forms[i].count);
        list[i].item_count = forms[i].count;
    }
    study->zone = zone_load(arena, CHECK_STUDY_ZONE);
    must(study->zone != NULL, CHECK_STUDY_ZONE);
    study->name = "check";
    study->version = "1";
    study->events = events;
    study->event_count = LENGTH(events);
    study->forms = list;
    study->form_count = LENGTH(forms);
    return study;
}

const struct form *
check_study_form(const struct study *study, const char *name)
{
    for (size_t i = 0; i < study->form_count; i++)
        if (strcmp(study->forms[i].name, name) == 0)
            return &study->forms[i];
    abort();
}

static struct value
new_decimal(struct arena *arena, const char *text)
{
    struct decimal_wide wide;

    must(decimal_parse(text, strlen(text), &wide) == DECIMAL_OK, text);
    return (struct value){.type = VALUE_DECIMAL, .decimal = decimal_copy(arena, &wide.value)};
}

static struct value
new_partial(struct arena *arena, const char *text, enum value_type type)
{
    struct partial_date *partial = arena_new(arena, struct partial_date);

    must(partial_date_parse(text, strlen(text), partial), text);
    return (struct value){.type = (uint8_t)type, .partial = partial};
}

static struct value
new_value(struct arena *arena, const char *text, enum value_type type)
{
    struct value value = value_null(type);
    size_t length;

    if (text == NULL)
        return value;
    length = strlen(text);
    value.is_null = false;
    switch (type) {
    case VALUE_INTEGER:
        must(input_integer(text, length, INT64_MIN, INT64_MAX, &value.integer) == INPUT_OK, text);
        return value;
    case VALUE_DECIMAL:
        return new_decimal(arena, text);
    case VALUE_BOOLEAN:
        must(input_boolean(text, length, &value.boolean) == INPUT_OK, text);
        return value;
    case VALUE_DATE:
        must(input_date(text, length, &value.date) == INPUT_OK, text);
        return value;
    case VALUE_DATETIME:
    case VALUE_INSTANT:
        must(input_timestamp(text, length, &value.datetime) == INPUT_OK, text);
        return value;
    case VALUE_TIME:
        must(input_time(text, length, &value.time) == INPUT_OK, text);
        return value;
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        return new_partial(arena, text, type);
    default:
        value.text = text;
        value.length = (uint32_t)length;
        return value;
    }
}

static struct value *
new_row(struct arena *arena, size_t form, size_t cell)
{
    struct value *values = arena_array(arena, struct value, forms[form].count);

    for (size_t i = 0; i < forms[form].count; i++)
        values[i] = new_value(arena, forms[form].columns[i].cells[cell], forms[form].columns[i].type);
    return values;
}

const struct subject *
check_subject_new(struct arena *arena, const struct study *study)
{
    struct subject *subject = arena_new(arena, struct subject);
    struct page *list = arena_array(arena, struct page, LENGTH(pages));

    for (size_t i = 0; i < LENGTH(pages); i++) {
        list[i].form = &study->forms[pages[i].form];
        list[i].event_rule = &study->events[pages[i].event];
        list[i].event = pages[i].event_name;
        list[i].event_length = (uint32_t)strlen(pages[i].event_name);
        list[i].event_repeat = pages[i].event_repeat;
        list[i].form_repeat = pages[i].form_repeat;
        list[i].event_order = events[pages[i].event].order;
        list[i].has_event_number =
            event_number(list[i].event_rule, list[i].event, list[i].event_length, &list[i].event_number);
        must(input_timestamp("2014-03-06 04:00:00", 19, &list[i].submitted_at) == INPUT_OK, "submitted_at");
        list[i].values = new_row(arena, pages[i].form, pages[i].cell);
    }
    subject->center_id = "701";
    subject->subject_id = "1015";
    subject->pages = list;
    subject->page_count = LENGTH(pages);
    must(input_date("2014-03-10", 10, &subject->night) == INPUT_OK, "night");
    subject_index(arena, study, subject);
    return subject;
}

const struct page *
check_subject_page(const struct subject *subject, enum check_page page)
{
    for (size_t i = 0; i < subject->page_count; i++)
        if (pages[i].form == 4 && pages[i].cell == (size_t)page)
            return &subject->pages[i];
    abort();
}
