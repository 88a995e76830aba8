/* When a subject's events take place, and what is expected at them. */
#include "load_parts.h"

#include <string.h>

#define PLAN_DAYS_MAX 100000

/* ---- The subject's days ---- */

/* Compiled, or its mistake told at the place. */
static struct schedule_text
load_day(struct load *load, const struct json_place *subject, const char *key, bool latest)
{
    struct schedule_text day = {.text = json_member_text(subject, key, NULL)};
    struct check_error error = {0};
    struct json_place place;

    if (day.text == NULL || !json_member(subject, key, &place))
        return day;
    day.program = check_compile_day(load->arena, load->study, latest, day.text, strlen(day.text), &error);
    if (day.program == NULL)
        json_problem_at(&place, day.text, error.offset, "%s", error.message);
    return day;
}

void
load_subject(struct load *load, const struct json_place *root)
{
    static const char *const keys[] = {"day1", "ended"};
    struct json_place subject;

    if (!json_member_object(root, "subject", &subject))
        return;
    json_expect_keys(&subject, keys, LOAD_COUNT(keys));
    load->schedule.day1 = load_day(load, &subject, "day1", false);
    load->schedule.ended = load_day(load, &subject, "ended", true);
}

static void
look_at_day(struct load *load, const struct json_place *subject, const char *key,
            const struct schedule_text *day)
{
    struct json_place place;

    if (day->program != NULL && json_member(subject, key, &place))
        load_suspicions(load, day->program, SUSPECT_VALUE, &place, day->text, "");
}

void
load_subject_suspicions(struct load *load, const struct json_place *root)
{
    struct json_place subject;

    if (!json_member(root, "subject", &subject))
        return;
    look_at_day(load, &subject, "day1", &load->schedule.day1);
    look_at_day(load, &subject, "ended", &load->schedule.ended);
}

/* ---- An event's ---- */

static void
load_planned_day(struct event *event, const struct json_place *place)
{
    struct json_place day;
    int64_t number;

    if (!json_member(place, "day", &day) || !json_integer(&day, -PLAN_DAYS_MAX, PLAN_DAYS_MAX, &number))
        return;
    if (number == 0)
        json_problem(&day, "there is no day 0: day 1 is the first, and day -1 the day before it");
    event->has_day = number != 0;
    event->day = (int)number;
}

static void
load_every(struct event *event, const struct json_place *place)
{
    struct json_place every, day;
    int64_t number;

    if (!json_member(place, "every", &every) || !json_integer(&every, 1, PLAN_DAYS_MAX, &number))
        return;
    if (!event->is_pattern)
        json_problem(&every, "only a numbered event comes every so many days; let its name end in a star");
    else if (!json_member(place, "day", &day))
        json_problem(&every, "\"day\" is missing: the day of number 1, from which the others are counted");
    else
        event->every = (int)number;
}

static void
load_window(struct load *load, struct event *event, const struct json_place *place)
{
    static const char *const keys[] = {"before", "after"};
    struct window *window;
    struct json_place object, day;

    if (!json_member_object(place, "window", &object))
        return;
    json_expect_keys(&object, keys, LOAD_COUNT(keys));
    if (!json_member(place, "day", &day))
        json_problem(&object, "\"day\" is missing: the planned day, around which the window lies");
    else if (load->schedule.day1.text == NULL)
        json_problem(&object, "the study does not say what day 1 is; give it \"subject\": {\"day1\": ...}");
    window = arena_new(load->arena, struct window);
    window->before = (int)json_member_integer(&object, "before", 0, PLAN_DAYS_MAX, 0);
    window->after = (int)json_member_integer(&object, "after", 0, PLAN_DAYS_MAX, 0);
    event->window = window;
}

/* What only planned events have. */
static void
expect_no_plan(const struct json_place *place)
{
    static const char *const keys[] = {"window", "grace", "optional"};
    struct json_place key;

    for (size_t i = 0; i < LOAD_COUNT(keys); i++)
        if (json_member(place, keys[i], &key))
            json_problem(&key, "nothing is expected at an unscheduled event; leave \"%s\" out", keys[i]);
}

void
load_event_plan(struct load *load, struct event *event, const struct json_place *place)
{
    event->unscheduled = json_member_boolean(place, "unscheduled", false);
    load_planned_day(event, place);
    load_every(event, place);
    if (event->unscheduled) {
        expect_no_plan(place);
        return;
    }
    load_window(load, event, place);
    event->grace = (int)json_member_integer(place, "grace", 0, PLAN_DAYS_MAX, 0);
    event->optional = json_member_boolean(place, "optional", false);
}

struct schedule_text
load_when(struct load *load, const struct json_place *entry)
{
    struct schedule_text when = {.text = json_member_text(entry, "when", NULL)};
    struct check_error error = {0};
    struct json_place place;

    if (when.text == NULL || !json_member(entry, "when", &place))
        return when;
    when.program = check_compile_event(load->arena, load->study, when.text, strlen(when.text), &error);
    if (when.program == NULL)
        json_problem_at(&place, when.text, error.offset, "%s", error.message);
    else
        load_suspicions(load, when.program, SUSPECT_WHEN, &place, when.text, "");
    return when;
}
