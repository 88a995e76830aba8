#include "expected.h"

#include "local_day.h"
#include "message.h"
#include "places.h"
#include "stand_in.h"

#include "crfd/study/event.h"
#include "crfd/value/datetime.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NO_DAY INT32_MAX

/* ---- Days ---- */

static bool
subject_day(struct evaluator *evaluator, struct arena *arena, const struct schedule_text *text,
            const struct subject *subject, int32_t *out)
{
    struct eval_error error;
    struct value value;

    if (text->program == NULL ||
        !eval_value(text->program, subject, NULL, evaluator->scratch, arena, &value, &error) || value.is_null)
        return false;
    *out = value.date;
    return true;
}

void
expected_days(struct evaluator *evaluator, struct arena *arena, struct evaluation *out)
{
    const struct schedule *schedule = &evaluator->definition->schedule;
    struct subject *subject = &out->subject;

    subject->has_day1 = subject_day(evaluator, arena, &schedule->day1, subject, &subject->day1);
    subject->has_ended = subject_day(evaluator, arena, &schedule->ended, subject, &subject->ended);
}

/* ---- What is expected ---- */

/* One subject under way. */
struct expecting {
    struct evaluator *evaluator;
    struct arena *arena;
    struct evaluation *out;
    struct places places;
    struct quarantined_places quarantined;
};

/* Whether the day has come; if not, the subject is due then. */
static bool
has_come(struct expecting *expecting, int32_t day)
{
    if (day <= expecting->out->subject.night)
        return true;
    evaluation_note_due(expecting->out, day);
    return false;
}

/* In days from day 1; false where nobody knows when it is. */
static bool
planned_day(const struct subject *subject, const struct event *event, const int64_t *number, int32_t *day)
{
    int32_t plan;

    if (!subject->has_day1 || !event_plan(event, number, &plan))
        return false;
    *day = subject->day1 + plan;
    return true;
}

/* What a finding says, and what it rests on beyond its rule. */
struct telling {
    const struct place *place;
    const struct form *form;          /* NULL: of an event */
    const char *error;                /* why nobody knows; NULL where it is missing */
    const char *words;                /* of the kind */
    const char *rests_on;             /* NULL: on nothing else */
    const struct schedule_text *when; /* what was asked of the subject; NULL: nothing */
};

/* A page that is not there. */
static struct page
missing_page(const struct place *place, const struct form *form)
{
    return (struct page){
        .form = form,
        .event_rule = place->rule,
        .event = place->event,
        .event_length = (uint32_t)strlen(place->event),
        .event_repeat = place->repeat,
        .form_repeat = 1,
        .event_order = place->rule->order,
        .has_event_number = place->has_number,
        .event_number = place->number,
    };
}

/* A page that is not there, as messages of the study name it. */
static struct said
say(struct expecting *expecting, const struct rule *rule, const struct telling *telling)
{
    const struct place *place = telling->place;
    const struct page missing = missing_page(place, telling->form);
    const struct message_place at = {.evaluation = expecting->out, .page = &missing, .rule = rule};

    if (rule->message == NULL || telling->error != NULL)
        return (struct said){.message = telling->words};
    return message_fill(expecting->evaluator, expecting->arena, rule->message, &at, "");
}

static struct violation *
add_finding(struct expecting *expecting, const struct rule *rule, const struct telling *telling)
{
    struct basis *basis = &expecting->evaluator->basis;
    const struct said said = say(expecting, rule, telling);
    struct violation *violation = evaluation_add_violation(expecting->arena, expecting->out);

    evaluator_count_violated(expecting->evaluator, rule, telling->error != NULL);
    *violation = (struct violation){
        .key = {telling->place->event, telling->place->repeat, rule_form_name(rule), 1},
        .check_id = rule->id,
        .item = "",
        .severity = rule->severity,
        .category = rule->category,
        .is_error = telling->error != NULL,
        .message = said.message,
        .messages = said.messages,
        .evidence = "{}",
    };
    basis_begin(basis, violation->severity, violation->is_error);
    if (rule->message != NULL && telling->error == NULL)
        basis_add_text(basis, said.message, strlen(said.message));
    if (telling->rests_on != NULL)
        basis_add_text(basis, telling->rests_on, strlen(telling->rests_on));
    if (telling->when != NULL && telling->when->program != NULL) {
        const struct page missing = missing_page(telling->place, NULL);

        basis_add_text(basis, telling->when->text, strlen(telling->when->text));
        basis_add_program(basis, telling->when->program, &missing);
    }
    basis_end(basis, violation->basis);
    return violation;
}

/* ---- Pages ---- */

static void
add_missing_page(struct expecting *expecting, const struct place *place, const struct form *form,
                 const struct schedule_text *when, const char *error)
{
    const struct rule *rule =
        rulebook_of_page(expecting->evaluator->definition->rules, form, &rule_missing_page);
    struct telling telling = {.place = place, .form = form, .error = error, .when = when};

    telling.words =
        error == NULL ? arena_printf(expecting->arena, "Form %s is expected at %s and was not submitted",
                                     form->name, place->event)
                      : arena_printf(expecting->arena, "Whether form %s is expected at %s cannot be told: %s",
                                     form->name, place->event, error);
    add_finding(expecting, rule, &telling);
}

/* What the definition's condition says of a form at the place; true where there is none. */
static enum eval_outcome
ask_when(struct evaluator *evaluator, const struct evaluation *out, const struct place *place,
         const struct program *when, struct eval_error *why)
{
    const struct page nowhere = missing_page(place, NULL);

    return when != NULL ? eval_check(when, &out->subject, &nowhere, evaluator->scratch, why) : EVAL_TRUE;
}

static void
find_missing_pages(struct expecting *expecting, const struct place *place)
{
    const struct definition *definition = expecting->evaluator->definition;
    const struct subject *subject = &expecting->out->subject;
    const struct event *event = place->rule;
    int32_t planned;

    if (event->unscheduled || !place->has_repeat)
        return;
    for (size_t i = 0; i < event->form_count; i++) {
        const struct form *form = &definition->study->forms[event->forms[i]];
        const struct schedule_text *when;
        enum eval_outcome expected;
        struct eval_error why;

        if (places_have(expecting->out, &expecting->quarantined, form, place->event, place->repeat))
            continue;
        if (place->first_us == INT64_MAX || !has_come(expecting, local_day(place->first_us) + event->grace))
            return;
        if (subject->has_ended &&
            planned_day(subject, event, place->has_number ? &place->number : NULL, &planned) &&
            planned > subject->ended)
            return;
        when = &definition->schedule.whens[event->order - 1][i];
        expected = ask_when(expecting->evaluator, expecting->out, place, when->program, &why);
        if (expected == EVAL_TRUE || expected == EVAL_ERROR)
            add_missing_page(expecting, place, form, when, expected == EVAL_ERROR ? why.message : NULL);
    }
}

/* ---- Events ---- */

static void
add_missing_event(struct expecting *expecting, const struct rule *rule, const struct place *place,
                  const int32_t *planned)
{
    struct telling telling = {.place = place};
    char day[DATETIME_TEXT_MAX];
    struct violation *violation;

    if (planned == NULL) {
        telling.words = arena_printf(expecting->arena, "%s has no page", place->event);
        add_finding(expecting, rule, &telling);
        return;
    }
    date_format(*planned, day);
    telling.words =
        arena_printf(expecting->arena, "%s has no page, and was planned for %s", place->event, day);
    telling.rests_on = day;
    violation = add_finding(expecting, rule, &telling);
    violation->evidence = arena_printf(expecting->arena, "{\"planned\":\"%s\"}", day);
}

/*
 * An event that has no page: it is missing once its window and grace are over, or once a later one, whose first page is
 * of later_us, took place so long ago; but not where the subject ended before, or where it ended and no plan tells whether
 * that was before: a screen failure is not asked for all that comes behind screening. True where it is missing tonight.
 */
static bool
judge_event(struct expecting *expecting, const struct rule *rule, const struct place *place, int64_t later_us)
{
    const struct subject *subject = &expecting->out->subject;
    const struct event *event = rule->event;
    int32_t planned = 0, since = NO_DAY;
    bool has_planned = planned_day(subject, event, place->has_number ? &place->number : NULL, &planned);
    int32_t close = planned + (event->window != NULL ? event->window->after : 0);

    if (subject->has_ended && (!has_planned || subject->ended < close))
        return false;
    if (has_planned)
        since = close + event->grace + 1;
    if (later_us != INT64_MAX && local_day(later_us) + event->grace < since)
        since = local_day(later_us) + event->grace;
    if (since == NO_DAY || !has_come(expecting, since))
        return false;
    add_missing_event(expecting, rule, place, has_planned ? &planned : NULL);
    return true;
}

/* The earliest page of each event, by its order, and of all that are later: of visits, which tell that time has passed. */
struct later {
    bool *took_place;  /* by order */
    int64_t *first_us; /* by order: the earliest page of this and later visits */
};

static struct later
later_of(struct expecting *expecting)
{
    const struct study *study = expecting->evaluator->definition->study;
    size_t count = study->event_count + 2;
    struct later later = {arena_array(expecting->arena, bool, count),
                          arena_array(expecting->arena, int64_t, count)};

    for (size_t i = 0; i < count; i++)
        later.first_us[i] = INT64_MAX;
    for (size_t i = 0; i < expecting->places.count; i++) {
        const struct place *place = &expecting->places.list[i];
        int order = place->rule->order;

        later.took_place[order] = true;
        if (event_is_visit(place->rule) && place->first_us < later.first_us[order])
            later.first_us[order] = place->first_us;
    }
    for (size_t i = count - 1; i-- > 0;)
        if (later.first_us[i + 1] < later.first_us[i])
            later.first_us[i] = later.first_us[i + 1];
    return later;
}

static int
compare_number(const void *left, const void *right)
{
    const struct place *const *a = left;
    const struct place *const *b = right;

    return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

/* The places of a numbered event that have a number, by it. */
static const struct place **
numbers_of(struct expecting *expecting, const struct event *event, size_t *count)
{
    const struct place **list = arena_array(expecting->arena, const struct place *, expecting->places.count);

    *count = 0;
    for (size_t i = 0; i < expecting->places.count; i++)
        if (expecting->places.list[i].rule == event && expecting->places.list[i].has_number)
            list[(*count)++] = &expecting->places.list[i];
    if (*count > 1)
        qsort(list, *count, sizeof *list, compare_number);
    return list;
}

/* Where the event would stand, were it there. */
static struct place
place_of_number(struct arena *arena, const struct event *event, int64_t number)
{
    return (struct place){
        .rule = event,
        .event = arena_printf(arena, "%.*s%" PRId64, (int)strlen(event->name) - 1, event->name, number),
        .has_repeat = true,
        .repeat = 1,
        .has_number = true,
        .number = number,
    };
}

/*
 * Numbers count from 1. Those below the largest that took place are missed by it; the first is missed by later events, too,
 * as any event is; others only by their plan.
 */
static void
find_missing_numbers(struct expecting *expecting, const struct rule *rule, int64_t later_us)
{
    const struct event *event = rule->event;
    size_t count;
    const struct place **numbers = numbers_of(expecting, event, &count);
    int64_t *first_us = arena_array(expecting->arena, int64_t, count + 1);
    size_t at = 0;

    first_us[count] = INT64_MAX;
    for (size_t i = count; i-- > 0;)
        first_us[i] = numbers[i]->first_us < first_us[i + 1] ? numbers[i]->first_us : first_us[i + 1];
    for (int64_t number = 1; number <= event_numbers_max(event); number++) {
        struct place place;
        bool took_place;
        int64_t missed_us;

        while (at < count && numbers[at]->number < number)
            at++;
        took_place = at < count && numbers[at]->number == number;
        while (at < count && numbers[at]->number == number)
            at++;
        if (took_place)
            continue;
        missed_us = number == 1 && later_us < first_us[at] ? later_us : first_us[at];
        place = place_of_number(expecting->arena, event, number);
        if (!judge_event(expecting, rule, &place, missed_us) && at == count)
            return;
    }
}

static void
find_missing_events(struct expecting *expecting)
{
    const struct definition *definition = expecting->evaluator->definition;
    struct later later = later_of(expecting);

    for (size_t i = 0; i < definition->study->event_count; i++) {
        const struct event *event = &definition->study->events[i];
        const struct place place = {.rule = event, .event = event->name, .has_repeat = true, .repeat = 1};
        const struct rule *rule = definition->rules->events[i];

        if (rule == NULL)
            continue;
        if (event->every > 0)
            find_missing_numbers(expecting, rule, later.first_us[event->order + 1]);
        else if (!later.took_place[event->order])
            judge_event(expecting, rule, &place, later.first_us[event->order + 1]);
    }
}

void
expected_find(struct evaluator *evaluator, struct arena *arena, struct evaluation *out)
{
    const struct study *study = evaluator->definition->study;
    struct expecting expecting = {.evaluator = evaluator, .arena = arena, .out = out};

    if (stand_in_is(out->subject.center_id, strlen(out->subject.center_id)) ||
        stand_in_is(out->subject.subject_id, strlen(out->subject.subject_id)))
        return;
    expecting.places = places_of(arena, study, out);
    expecting.quarantined = quarantined_places_of(arena, study, out);
    for (size_t i = 0; i < expecting.places.count; i++)
        find_missing_pages(&expecting, &expecting.places.list[i]);
    find_missing_events(&expecting);
}

/* ---- What has come ---- */

const struct event *
expected_event_at(const struct evaluation *evaluation, const struct study *study, const char *event,
                  int32_t event_repeat)
{
    const struct page *page = evaluation_page_at(evaluation, event, event_repeat);

    if (page != NULL)
        return page->event_rule;
    for (size_t i = 0; i < evaluation->quarantined_count; i++) {
        const struct source_page *quarantined = evaluation->quarantined[i].page;

        if (quarantined->event != NULL && quarantined->has_event_repeat &&
            quarantined->event_repeat == event_repeat && strcmp(quarantined->event, event) == 0)
            return study_event(study, event, strlen(event));
    }
    return NULL;
}

bool
expected_took_place(const struct evaluation *evaluation, const struct study *study, const struct event *event,
                    const char *name)
{
    int64_t wanted = 0, number = 0;
    bool any = event->every == 0 || !event_number(event, name, strlen(name), &wanted);

    for (size_t i = 0; i < evaluation->subject.page_count; i++) {
        const struct page *page = &evaluation->subject.pages[i];

        if (page->event_rule == event && (any || (page->has_event_number && page->event_number == wanted)))
            return true;
    }
    for (size_t i = 0; i < evaluation->quarantined_count; i++) {
        const struct source_page *page = evaluation->quarantined[i].page;

        if (page->event != NULL && study_event(study, page->event, page->event_length) == event &&
            (any || (event_number(event, page->event, page->event_length, &number) && number == wanted)))
            return true;
    }
    return false;
}

bool
expected_is_unknown(struct evaluator *evaluator, const struct evaluation *evaluation,
                    const struct page_key *key, const struct event *event, size_t index)
{
    const struct definition *definition = evaluator->definition;
    struct place place = {
        .rule = event, .event = key->event, .has_repeat = true, .repeat = key->event_repeat};
    struct eval_error why;
    size_t page;

    if (evaluation_find_page(evaluation, key, &page))
        return false;
    place.has_number = event_number(event, key->event, strlen(key->event), &place.number);
    return ask_when(evaluator, evaluation, &place,
                    definition->schedule.whens[event->order - 1][index].program, &why) == EVAL_UNKNOWN;
}
