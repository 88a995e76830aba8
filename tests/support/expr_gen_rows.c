/* Random subjects of the study of check_study.h. */
#include "expr_gen.h"

#include "check/input.h"
#include "crfd/study/event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGES_MAX     80
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void
must(bool read, const char *text)
{
    if (!read) {
        fprintf(stderr, "expr_gen: \"%s\" is no value of its item\n", text);
        abort();
    }
}

static char
letter_of(enum value_type type)
{
    static const char letters[VALUE_TYPE_COUNT] = {
        [VALUE_TEXT] = 't',     [VALUE_INTEGER] = 'l', [VALUE_DECIMAL] = 'n',
        [VALUE_BOOLEAN] = 'b',  [VALUE_DATE] = 'd',    [VALUE_PARTIAL_DATE] = 'p',
        [VALUE_DATETIME] = 's', [VALUE_TIME] = 'm',    [VALUE_PARTIAL_DATETIME] = 'q',
        [VALUE_INSTANT] = 'z',
    };

    return letters[type];
}

static struct value
read_value(struct arena *arena, enum value_type type, const char *text, size_t length)
{
    struct value value = {.type = (uint8_t)type};
    struct decimal_wide wide;
    struct partial_date partial;
    struct partial_date *copy;

    switch (type) {
    case VALUE_INTEGER:
        must(input_integer(text, length, INT64_MIN, INT64_MAX, &value.integer) == INPUT_OK, text);
        break;
    case VALUE_DECIMAL:
        must(decimal_parse(text, length, &wide) == DECIMAL_OK, text);
        value.decimal = decimal_copy(arena, &wide.value);
        break;
    case VALUE_BOOLEAN:
        must(input_boolean(text, length, &value.boolean) == INPUT_OK, text);
        break;
    case VALUE_DATE:
        must(input_date(text, length, &value.date) == INPUT_OK, text);
        break;
    case VALUE_DATETIME:
    case VALUE_INSTANT:
        must(input_timestamp(text, length, &value.datetime) == INPUT_OK, text);
        break;
    case VALUE_TIME:
        must(input_time(text, length, &value.time) == INPUT_OK, text);
        break;
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        must(input_partial(text, length, type == VALUE_PARTIAL_DATETIME, &partial) == INPUT_OK, text);
        copy = arena_new(arena, struct partial_date);
        *copy = partial;
        value.partial = copy;
        break;
    default:
        value.text = arena_copy(arena, text, length);
        value.length = (uint32_t)length;
        break;
    }
    return value;
}

/* Half of what is missing says so by a token. */
static struct value
random_null(struct dice *dice, const struct item *item)
{
    const char *token;

    if (dice_percent(dice, 50))
        return value_null(item->type);
    token = item->missing[dice_roll(dice, (uint32_t)item->missing_count)];
    return value_missing(item->type, token, strlen(token));
}

static struct value *
random_row(struct dice *dice, struct arena *arena, const struct form *form)
{
    struct value *values = arena_array(arena, struct value, form->item_count);
    struct strbuf text;

    strbuf_init(&text);
    for (size_t i = 0; i < form->item_count; i++) {
        enum value_type type = form->items[i].type;

        strbuf_reset(&text);
        expr_gen_value_text(dice, letter_of(type), &text);
        values[i] = dice_percent(dice, 18) ? random_null(dice, &form->items[i])
                                           : read_value(arena, type, text.text, text.length);
    }
    strbuf_destroy(&text);
    return values;
}

static struct page
random_page(struct dice *dice, struct arena *arena, const struct study *study, const struct form *form,
            int event_repeat, int form_repeat)
{
    /* Numbers that do not stand in the order of their texts, two spellings of one, and a name without one. */
    static const char *const names[] = {"SCREENING 1", "WEEK 2",   "UNSCHEDULED 1.1", "UNSCHEDULED 2",
                                        "CYCLE 2",     "CYCLE 10", "CYCLE 02",        "CYCLE X"};
    const char *name = names[dice_roll(dice, LENGTH(names))];
    const struct event *event = study_event(study, name, strlen(name));
    struct page page = {
        .form = form,
        .event_rule = event,
        .event = name,
        .event_length = (uint32_t)strlen(name),
        .event_repeat = event_repeat,
        .form_repeat = form_repeat,
        .event_order = event->order,
        .values = random_row(dice, arena, form),
    };

    page.has_event_number = event_number(event, name, strlen(name), &page.event_number);
    /* 2014-03-05 and the days behind it. */
    page.submitted_at = INT64_C(447206400000000) + (int64_t)dice_roll(dice, 1000000) * 1000001;
    return page;
}

static int
by_key(const void *left, const void *right)
{
    const struct page *a = left;
    const struct page *b = right;
    int order = strcmp(a->event, b->event);

    if (order == 0)
        order = a->event_repeat - b->event_repeat;
    if (order == 0)
        order = strcmp(a->form->name, b->form->name);
    return order != 0 ? order : a->form_repeat - b->form_repeat;
}

const struct subject *
expr_gen_subject(struct dice *dice, struct arena *arena, const struct study *study, const char *subject_id,
                 size_t vs_count)
{
    struct subject *subject = arena_new(arena, struct subject);
    struct page *pages = arena_array(arena, struct page, PAGES_MAX);
    size_t count = 0;

    for (size_t i = 0; i < study->form_count; i++) {
        const struct form *form = &study->forms[i];
        bool is_checked = strcmp(form->name, "vs") == 0;
        size_t wanted = is_checked ? vs_count : dice_roll(dice, 6);

        for (size_t n = 0; n < wanted && count < PAGES_MAX; n++)
            pages[count++] = random_page(dice, arena, study, form, dice_between(dice, 1, 2), (int)n + 1);
    }
    qsort(pages, count, sizeof pages[0], by_key);
    subject->center_id = "701";
    subject->subject_id = arena_strdup(arena, subject_id);
    subject->pages = pages;
    subject->page_count = count;
    must(input_date("2014-03-10", 10, &subject->night) == INPUT_OK, "night");
    subject_index(arena, study, subject);
    return subject;
}
