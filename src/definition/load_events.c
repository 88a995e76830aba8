#include "crfd/clean/name.h"
#include "load_parts.h"

#include <stdlib.h>
#include <string.h>

#define EVENT_NAME_MAX 200 /* bytes: it stands in the primary key of every table */
#define EVENT_DAY_MAX  100000

static void
load_event_forms(struct load *load, struct event *event, const struct json_place *list)
{
    size_t *forms = arena_array(load->arena, size_t, json_count(list));
    bool *seen = arena_array(load->arena, bool, load->study->form_count);
    size_t used = 0;

    for (struct json_place each = json_first(list); each.value != NULL; json_next(&each)) {
        size_t form = load_choice(&each, "form", load->form_names, load->study->form_count);

        if (form == load->study->form_count)
            continue;
        if (seen[form])
            json_problem(&each, "the form \"%s\" is given twice", load->forms[form].name);
        seen[form] = true;
        forms[used++] = form;
    }
    event->forms = forms;
    event->form_count = used;
}

static void
load_event_name(struct load *load, struct event *event, const struct json_place *place)
{
    struct json_place name;
    const char *star;
    size_t length;

    event->name = json_required_text(place, "name");
    if (event->name == NULL) {
        event->name = "";
        return;
    }
    length = strlen(event->name);
    name_clean(load->arena, &event->name, &length);
    if (!json_member(place, "name", &name))
        return;
    if (strlen(event->name) > EVENT_NAME_MAX)
        json_problem(&name, "has more than %d bytes", EVENT_NAME_MAX);
    star = strchr(event->name, '*');
    event->is_pattern = star != NULL;
    if (star != NULL && star[1] != '\0')
        json_problem(&name, "\"%s\": a star may only stand at the end, for every name that begins so",
                     event->name);
}

/* The planned day, and how many days lie between two numbers. */
static void
load_plan(struct event *event, const struct json_place *place)
{
    struct json_place day, every;
    int64_t number = 0;

    if (json_member(place, "day", &day) && json_integer(&day, -EVENT_DAY_MAX, EVENT_DAY_MAX, &number)) {
        if (number == 0)
            json_problem(&day, "there is no day 0: day 1 is the first, and day -1 the day before it");
        event->has_day = number != 0;
        event->day = (int)number;
    }
    if (!json_member(place, "every", &every) || !json_integer(&every, 1, EVENT_DAY_MAX, &number))
        return;
    if (!event->is_pattern)
        json_problem(&every, "only a numbered event comes every so many days; let its name end in a star");
    else if (!json_member(place, "day", &day))
        json_problem(&every, "\"day\" is missing: the day of number 1, from which the others are counted");
    else
        event->every = (int)number;
}

static void
load_event(struct load *load, struct event *event, const struct json_place *place)
{
    static const char *const keys[] = {"name", "forms", "day", "every", "unscheduled"};
    struct json_place forms;

    event->name = "";
    event->order = (int)place->index + 1;
    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    load_event_name(load, event, place);
    event->unscheduled = json_member_boolean(place, "unscheduled", false);
    load_plan(event, place);
    if (json_member_list(place, "forms", &forms))
        load_event_forms(load, event, &forms);
}

/* A page per subject cannot be expected twice: it would be missing at one event or the other for ever. */
static void
expect_subject_forms_once(struct load *load, const struct json_place *events)
{
    const struct study *study = load->study;
    const struct event **first = arena_array(load->arena, const struct event *, study->form_count);

    for (struct json_place each = json_first(events); each.value != NULL; json_next(&each)) {
        const struct event *event = &study->events[each.index];

        for (size_t i = 0; i < event->form_count; i++) {
            const struct form *form = &study->forms[event->forms[i]];

            if (form->per != FORM_PER_SUBJECT)
                continue;
            if (first[form->index] != NULL && first[form->index] != event)
                json_problem(&each,
                             "the form \"%s\" has one page per subject, and is expected at \"%s\" already",
                             form->name, first[form->index]->name);
            else
                first[form->index] = event;
        }
    }
}

static int
compare_events(const void *a, const void *b)
{
    const struct event *const *first = a;
    const struct event *const *second = b;

    return strcmp((*first)->name, (*second)->name);
}

static void
expect_names_once(struct load *load, const struct json_place *events)
{
    size_t count = load->study->event_count;
    const struct event **sorted = arena_array(load->arena, const struct event *, count);

    for (size_t i = 0; i < count; i++)
        sorted[i] = &load->study->events[i];
    qsort(sorted, count, sizeof(const struct event *), compare_events);
    for (size_t i = 1; i < count; i++)
        if (sorted[i]->name[0] != '\0' && strcmp(sorted[i - 1]->name, sorted[i]->name) == 0)
            json_problem(events, "the event \"%s\" is given twice", sorted[i]->name);
}

void
load_events(struct load *load, const struct json_place *root)
{
    struct json_place list;
    struct event *events;

    if (!json_required_list(root, "events", &list))
        return;
    events = arena_array(load->arena, struct event, json_count(&list));
    load->study->events = events;
    for (struct json_place each = json_first(&list); each.value != NULL; json_next(&each))
        load_event(load, &events[load->study->event_count++], &each);
    if (load->study->event_count == 0)
        json_problem(&list, "has no events");
    expect_names_once(load, &list);
    expect_subject_forms_once(load, &list);
}
