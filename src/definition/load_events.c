#include "crfd/clean/name.h"
#include "load_parts.h"

#include <stdlib.h>
#include <string.h>

#define EVENT_NAME_MAX 200 /* bytes: it stands in the primary key of every table */

/* An entry of an event's forms: a name, or {"form": NAME, "when": CONDITION}. The form's index, or their number. */
static size_t
load_event_form(struct load *load, const struct json_place *entry, struct schedule_text *when)
{
    static const char *const keys[] = {"form", "when"};
    size_t count = load->study->form_count;
    struct json_place name;

    *when = (struct schedule_text){0};
    if (!json_is_object(entry))
        return load_choice(entry, "form", load->form_names, count);
    json_expect_keys(entry, keys, LOAD_COUNT(keys));
    *when = load_when(load, entry);
    if (json_member(entry, "form", &name))
        return load_choice(&name, "form", load->form_names, count);
    json_problem(entry, "\"form\" is missing");
    return count;
}

static void
load_event_forms(struct load *load, struct event *event, const struct json_place *list)
{
    size_t *forms = arena_array(load->arena, size_t, json_count(list));
    struct schedule_text *whens = arena_array(load->arena, struct schedule_text, json_count(list));
    bool *seen = arena_array(load->arena, bool, load->study->form_count);
    size_t used = 0;

    for (struct json_place each = json_first(list); each.value != NULL; json_next(&each)) {
        size_t form = load_event_form(load, &each, &whens[used]);

        if (form == load->study->form_count)
            continue;
        if (seen[form])
            json_problem(&each, "the form \"%s\" is given twice", load->forms[form].name);
        seen[form] = true;
        forms[used++] = form;
    }
    event->forms = forms;
    event->form_count = used;
    load->whens[event->order - 1] = whens;
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

static void
load_event(struct load *load, struct event *event, const struct json_place *place)
{
    static const char *const keys[] = {"name",   "forms", "day",      "every",
                                       "window", "grace", "optional", "unscheduled"};

    event->name = "";
    event->order = (int)place->index + 1;
    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    load_event_name(load, event, place);
    load_event_plan(load, event, place);
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
    struct json_place list, forms;
    struct event *events;

    if (!json_required_list(root, "events", &list))
        return;
    events = arena_array(load->arena, struct event, json_count(&list));
    load->study->events = events;
    load->whens = arena_array(load->arena, const struct schedule_text *, json_count(&list));
    load->schedule.whens = load->whens;
    for (struct json_place each = json_first(&list); each.value != NULL; json_next(&each))
        load_event(load, &events[load->study->event_count++], &each);
    for (struct json_place each = json_first(&list); each.value != NULL; json_next(&each))
        if (json_is_object(&each) && json_member_list(&each, "forms", &forms))
            load_event_forms(load, &events[each.index], &forms);
    if (load->study->event_count == 0)
        json_problem(&list, "has no events");
    expect_names_once(load, &list);
    expect_subject_forms_once(load, &list);
}
