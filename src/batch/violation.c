#include "violation.h"

#include "evidence.h"
#include "message.h"

#include <stdlib.h>
#include <string.h>

/* What a finding says, put together before it is added. */
struct draft {
    const struct page *page;
    const struct item_state *states;
    const char *check_id;
    size_t item; /* item_count: at the page as a whole */
    enum severity severity;
    const char *category;
    bool is_error;
    struct said said;
    const struct rule *rule;
};

/* A built-in rule that is violated; checks are counted whatever their outcome is. */
static void
count_violated(struct evaluator *evaluator, const struct rule *rule, bool is_error)
{
    evaluator->counts[rule - evaluator->definition->rules->rules]
        .outcomes[is_error ? EVAL_ERROR : EVAL_FALSE]++;
}

static struct violation *
add(struct arena *arena, struct evaluation *out)
{
    if (out->violation_count == out->violation_capacity) {
        struct violation *list;

        out->violation_capacity = out->violation_capacity ? 2 * out->violation_capacity : 32;
        list = arena_alloc(arena, out->violation_capacity * sizeof *list);
        if (out->violation_count > 0)
            memcpy(list, out->violations, out->violation_count * sizeof *list);
        out->violations = list;
    }
    return &out->violations[out->violation_count++];
}

/* The value as entered. Of a derived item, which nobody enters, the value: a waiver must end when it changes. */
static void
append_value(struct strbuf *text, const char *key, const struct page *page, const struct item_state *states,
             size_t item)
{
    const struct item_state *state = &states[item];
    struct strbuf derived;

    if (item_is_entered(&page->form->items[item]) || page->values[item].is_null) {
        evidence_add(text, key, state->raw, state->raw_length);
        return;
    }
    strbuf_init(&derived);
    value_append_text(&page->values[item], &derived);
    evidence_add(text, key, derived.text, derived.length);
    strbuf_destroy(&derived);
}

static void
append_evidence(struct strbuf *text, const struct draft *draft, size_t item)
{
    append_value(text, draft->page->form->items[item].name, draft->page, draft->states, item);
}

/* The page that a reference, lag or lead reads; what it is called in the evidence. */
static const struct page *
page_read(struct arena *arena, const struct draft *draft, const struct program_read *read,
          const struct evaluation *out, const char **key)
{
    const char *name = read->form->items[read->item].name;
    int distance = abs(read->offset);

    if (read->path == READ_REFERENCE) {
        *key = arena_printf(arena, "%s.%s", read->form->name, name);
        return subject_reference(&out->subject, read->form, draft->page);
    }
    *key = distance == 1
               ? arena_printf(arena, "%s(%s)", read->offset < 0 ? "lag" : "lead", name)
               : arena_printf(arena, "%s(%s, %d)", read->offset < 0 ? "lag" : "lead", name, distance);
    return subject_neighbor(&out->subject, draft->page, read->offset);
}

/* Single values of other pages; those of subqueries are many, and not among them. */
static void
append_reads(struct strbuf *text, struct arena *arena, const struct draft *draft,
             const struct evaluation *out)
{
    size_t count = 0;
    const struct program_read *reads =
        draft->rule->check != NULL ? program_reads(draft->rule->program, &count) : NULL;

    for (size_t i = 0; i < count; i++) {
        const struct page *page;
        const char *key;

        if (reads[i].path != READ_REFERENCE && reads[i].path != READ_NEIGHBOR)
            continue;
        page = page_read(arena, draft, &reads[i], out, &key);
        if (page == NULL)
            evidence_add(text, key, NULL, 0);
        else
            append_value(text, key, page, out->item_states[page - out->subject.pages], reads[i].item);
    }
}

/* Whether the evidence shows the item: it is in the list, or the unit of one of the list's first `before`. */
static bool
is_shown(const struct form *form, const size_t *items, size_t item_count, size_t before, size_t item)
{
    for (size_t i = 0; i < item_count; i++)
        if (items[i] == item ||
            (i < before && form->items[items[i]].unit != NULL && form->items[items[i]].unit->item == item))
            return true;
    return false;
}

/*
 * Evidence of the items listed, else of the draft's own item; of the units that their numbers are in; and of
 * the single values of other pages that the check reads.
 */
static const char *
evidence_of(struct evaluator *evaluator, struct arena *arena, const struct draft *draft, const size_t *items,
            size_t item_count, const struct evaluation *out)
{
    struct strbuf *text = &evaluator->text;
    const struct form *form = draft->page->form;

    if (items == NULL) {
        items = &draft->item;
        item_count = draft->item < form->item_count ? 1 : 0;
    }
    strbuf_reset(text);
    evidence_begin(text);
    for (size_t i = 0; i < item_count; i++)
        append_evidence(text, draft, items[i]);
    for (size_t i = 0; i < item_count; i++) {
        const struct unit_rule *unit = form->items[items[i]].unit;

        if (unit != NULL && !is_shown(form, items, item_count, i, unit->item))
            append_evidence(text, draft, unit->item);
    }
    append_reads(text, arena, draft, out);
    evidence_end(text);
    return arena_copy(arena, text->text, text->length);
}

/* What the check is, and all that it read; what it shows in items and message beside that, too. */
static void
rest_on_check(struct basis *basis, const struct draft *draft)
{
    const struct check *check = draft->rule->check;

    basis_begin(basis, draft->severity, draft->is_error);
    basis_add_text(basis, check->text, strlen(check->text));
    basis_add_text(basis, draft->said.message, strlen(draft->said.message));
    for (size_t i = 0; i < check->item_count; i++)
        basis_add_item(basis, draft->page, check->items[i]);
    basis_add_reads(basis, draft->rule, draft->page);
}

static void
rest_on_rule(struct evaluator *evaluator, const struct draft *draft, const struct rule_case *asked)
{
    struct basis *basis = &evaluator->basis;
    const struct rule *rule = draft->rule;

    basis_begin(basis, draft->severity, draft->is_error);
    if (rule->message != NULL && !draft->is_error)
        basis_add_text(basis, draft->said.message, strlen(draft->said.message));
    if (draft->item < draft->page->form->item_count)
        basis_add_item(basis, draft->page, draft->item);
    if (rule->kind->append_basis != NULL) {
        strbuf_reset(&evaluator->text);
        rule->kind->append_basis(asked, &evaluator->text);
        basis_add_text(basis, evaluator->text.text, evaluator->text.length);
    }
    if (rule->program != NULL)
        basis_add_reads(basis, rule, draft->page);
}

/* Ends the basis that was begun. */
static void
add_draft(struct evaluator *evaluator, struct arena *arena, const struct draft *draft, const size_t *items,
          size_t item_count, struct evaluation *out)
{
    const struct form *form = draft->page->form;
    const char *evidence = evidence_of(evaluator, arena, draft, items, item_count, out);
    struct violation *violation = add(arena, out);

    *violation = (struct violation){
        .key = page_key_of(draft->page),
        .check_id = draft->check_id,
        .item = draft->item < form->item_count ? form->items[draft->item].name : "",
        .severity = draft->severity,
        .category = draft->category,
        .is_error = draft->is_error,
        .message = draft->said.message,
        .messages = draft->said.messages,
        .evidence = evidence,
    };
    basis_end(&evaluator->basis, violation->basis);
}

void
violation_add_unknown_item(struct evaluator *evaluator, struct arena *arena, const struct page *page,
                           const struct page_member *member, struct evaluation *out)
{
    const struct rule *rule = rulebook_of_page(evaluator->definition->rules, page->form, &rule_unknown_item);
    const struct message_place place = {out, page, rule, member->shown, member->raw, member->raw_length};
    struct strbuf *text = &evaluator->text;
    struct violation *violation;
    struct said said = {NULL, NULL};

    if (member->raw == NULL || member->raw_length == 0)
        return;
    if (rule->message != NULL)
        said = message_fill(evaluator, arena, rule->message, &place, "");
    else
        said.message = arena_printf(arena, "Form %s has no item \"%s\"", page->form->name, member->shown);
    strbuf_reset(text);
    evidence_begin(text);
    evidence_add(text, member->entered, member->raw, member->raw_length);
    evidence_end(text);
    count_violated(evaluator, rule, false);
    violation = add(arena, out);
    *violation = (struct violation){
        .key = page_key_of(page),
        .check_id = rule->id,
        .item = member->shown,
        .severity = rule->severity,
        .category = rule->category,
        .message = said.message,
        .messages = said.messages,
        .evidence = arena_copy(arena, text->text, text->length),
    };
    basis_begin(&evaluator->basis, violation->severity, false);
    if (rule->message != NULL)
        basis_add_text(&evaluator->basis, said.message, strlen(said.message));
    basis_add_text(&evaluator->basis, member->raw, member->raw_length);
    basis_end(&evaluator->basis, violation->basis);
}

static void
add_violated(struct evaluator *evaluator, struct arena *arena, struct draft *draft,
             const struct rule_case *asked, struct evaluation *out)
{
    const struct message_place place = {.evaluation = out, .page = asked->page, .rule = asked->rule};
    struct verdict verdict = {.message = &evaluator->text};

    strbuf_reset(verdict.message);
    asked->rule->kind->tell(asked, &verdict);
    draft->rule = asked->rule;
    draft->check_id = asked->rule->id;
    draft->item = asked->rule->item;
    draft->severity = asked->rule->severity;
    draft->category = asked->rule->category;
    draft->is_error = verdict.is_error;
    /* Why something could not be computed is in no message of the study. */
    if (asked->rule->message != NULL && !verdict.is_error)
        draft->said = message_fill(evaluator, arena, asked->rule->message, &place, "");
    else
        draft->said = (struct said){arena_copy(arena, verdict.message->text, verdict.message->length), NULL};
    rest_on_rule(evaluator, draft, asked);
    count_violated(evaluator, draft->rule, draft->is_error);
    add_draft(evaluator, arena, draft, NULL, 0, out);
}

static void
ask_item_rules(struct evaluator *evaluator, struct arena *arena, struct draft *draft,
               const struct item_rules *rules, size_t item, struct evaluation *out)
{
    const struct value *value = &draft->page->values[item];
    const struct item_state *state = &draft->states[item];
    unsigned when = rules->when & rule_when(value, state);
    struct rule_case asked;

    if (when == 0)
        return;
    asked = (struct rule_case){.subject = &out->subject,
                               .page = draft->page,
                               .value = value,
                               .state = state,
                               .states = draft->states};
    for (size_t i = 0; i < rules->count; i++) {
        asked.rule = &rules->list[i];
        if ((asked.rule->kind->when & when) != 0 && asked.rule->kind->is_violated(&asked))
            add_violated(evaluator, arena, draft, &asked, out);
    }
}

static void
ask_page_rules(struct evaluator *evaluator, struct arena *arena, struct draft *draft,
               const struct form_rules *rules, struct evaluation *out)
{
    struct rule_case asked = {.subject = &out->subject, .page = draft->page};

    for (size_t i = 0; i < rules->page_count; i++) {
        asked.rule = &rules->page[i];
        if (asked.rule->kind->is_violated != NULL && asked.rule->kind->is_violated(&asked))
            add_violated(evaluator, arena, draft, &asked, out);
    }
}

static struct said
check_message(struct evaluator *evaluator, struct arena *arena, const struct check *check,
              const struct draft *draft, const struct eval_error *error, const struct evaluation *out)
{
    const struct message_place place = {.evaluation = out, .page = draft->page};
    const char *before = "";

    if (draft->is_error)
        before = arena_printf(arena, "Check %s could not be evaluated: %s; ", check->id, error->message);
    return message_fill(evaluator, arena, check->message, &place, before);
}

static void
run_checks(struct evaluator *evaluator, struct arena *arena, struct draft *draft, struct evaluation *out)
{
    const struct form *form = draft->page->form;
    const struct form_plan *plan = &evaluator->definition->plans[form->index];
    const struct rule *rules = evaluator->definition->rules->forms[form->index].checks;
    struct check_count *counts = &evaluator->counts[rules - evaluator->definition->rules->rules];

    for (size_t i = 0; i < plan->check_count; i++) {
        const struct check *check = &plan->checks[i];
        struct eval_error error;
        enum eval_outcome outcome =
            eval_check(check->program, &out->subject, draft->page, evaluator->scratch, &error);

        counts[i].outcomes[outcome]++;
        if (outcome == EVAL_TRUE || outcome == EVAL_UNKNOWN)
            continue;
        draft->check_id = check->id;
        draft->item = check->item_count > 0 ? check->items[0] : form->item_count;
        draft->severity = check->severity;
        draft->category = check->category;
        draft->is_error = outcome == EVAL_ERROR;
        draft->said = check_message(evaluator, arena, check, draft, &error, out);
        draft->rule = &rules[i];
        rest_on_check(&evaluator->basis, draft);
        add_draft(evaluator, arena, draft, check->items, check->item_count, out);
    }
}

/* --- pages that are expected --- */

/* Where a page in quarantine would stand, as far as it says so. */
struct quarantined_place {
    const struct form *form;
    const char *event;
    bool has_event_repeat;
    int32_t event_repeat;
};

/* In order, so that the many expected pages of a subject do not each look through all of them. */
struct quarantined_places {
    struct quarantined_place *list;
    size_t count;
};

static int
compare_places(const void *left, const void *right)
{
    const struct quarantined_place *a = left;
    const struct quarantined_place *b = right;
    int order = (a->form->index > b->form->index) - (a->form->index < b->form->index);

    if (order == 0)
        order = strcmp(a->event, b->event);
    if (order == 0)
        order = a->has_event_repeat - b->has_event_repeat;
    return order != 0 ? order : (a->event_repeat > b->event_repeat) - (a->event_repeat < b->event_repeat);
}

static struct quarantined_places
quarantined_places_of(struct arena *arena, const struct study *study, const struct evaluation *out)
{
    struct quarantined_places places = {
        .list = arena_alloc(arena, out->quarantined_count * sizeof *places.list),
    };

    for (size_t i = 0; i < out->quarantined_count; i++) {
        const struct source_page *page = out->quarantined[i].page;
        const struct form *form = page->form ? study_form(study, page->form, page->form_length) : NULL;

        if (form != NULL && page->event != NULL)
            places.list[places.count++] = (struct quarantined_place){
                .form = form,
                .event = page->event,
                .has_event_repeat = page->has_event_repeat,
                .event_repeat = page->event_repeat,
            };
    }
    if (places.count > 1)
        qsort(places.list, places.count, sizeof *places.list, compare_places);
    return places;
}

/* Any place of the form, or the one that is given. */
static bool
has_place(const struct quarantined_places *places, const struct quarantined_place *place, bool any)
{
    size_t low = 0, high = places->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct quarantined_place *own = &places->list[middle];
        int order = any ? (own->form->index > place->form->index) - (own->form->index < place->form->index)
                        : compare_places(own, place);

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* A page counts as there when it was submitted, also when it is quarantined. */
static bool
is_submitted(const struct evaluation *out, const struct quarantined_places *places, const struct form *form,
             const char *event, int32_t event_repeat)
{
    const struct quarantined_place place = {form, event, true, event_repeat};
    const struct page_key first = {event, event_repeat, form->name, INT32_MIN};
    size_t at;

    if (form->per == FORM_PER_SUBJECT)
        return out->subject.forms[form->index].count > 0 || has_place(places, &place, true);
    at = evaluation_seek(out, &first);
    if (at < out->subject.page_count) {
        const struct page *page = &out->subject.pages[at];

        if (page->form == form && page->event_repeat == event_repeat && strcmp(page->event, event) == 0)
            return true;
    }
    return has_place(places, &place, false);
}

static struct said
tell_missing(struct evaluator *evaluator, struct arena *arena, const struct rule *rule,
             const struct page *page, const struct evaluation *out)
{
    struct page missing = *page;
    const struct message_place place = {.evaluation = out, .page = &missing, .rule = rule};

    missing.form = rule->form;
    missing.form_repeat = 1;
    missing.values = NULL;
    if (rule->message != NULL)
        return message_fill(evaluator, arena, rule->message, &place, "");
    return (struct said){.message = arena_printf(arena, "Form %s is expected at %s and was not submitted",
                                                 rule->form->name, page->event)};
}

static void
check_missing_pages(struct evaluator *evaluator, struct arena *arena, const struct quarantined_places *places,
                    const struct page *page, struct evaluation *out)
{
    const struct study *study = evaluator->definition->study;
    const struct event *event = page->event_rule;

    for (size_t i = 0; i < event->form_count; i++) {
        const struct form *form = &study->forms[event->forms[i]];
        const struct rule *rule;
        struct violation *violation;
        struct said said;

        if (is_submitted(out, places, form, page->event, page->event_repeat))
            continue;
        rule = rulebook_of_page(evaluator->definition->rules, form, &rule_missing_page);
        said = tell_missing(evaluator, arena, rule, page, out);
        count_violated(evaluator, rule, false);
        violation = add(arena, out);
        *violation = (struct violation){
            .key = {page->event, page->event_repeat, form->name, 1},
            .check_id = rule->id,
            .item = "",
            .severity = rule->severity,
            .category = rule->category,
            .message = said.message,
            .messages = said.messages,
            .evidence = "{}",
        };
        basis_begin(&evaluator->basis, violation->severity, false);
        if (rule->message != NULL)
            basis_add_text(&evaluator->basis, said.message, strlen(said.message));
        basis_end(&evaluator->basis, violation->basis);
    }
}

void
violations_find(struct evaluator *evaluator, struct arena *arena, struct evaluation *out)
{
    const struct quarantined_places places = quarantined_places_of(arena, evaluator->definition->study, out);
    const struct page *previous = NULL;

    basis_begin_subject(&evaluator->basis, &out->subject, out->item_states);
    for (size_t i = 0; i < out->subject.page_count; i++) {
        const struct page *page = &out->subject.pages[i];
        const struct form_rules *rules = &evaluator->definition->rules->forms[page->form->index];
        struct draft draft = {.page = page, .states = out->item_states[i]};

        for (size_t item = 0; item < page->form->item_count; item++)
            ask_item_rules(evaluator, arena, &draft, &rules->items[item], item, out);
        ask_page_rules(evaluator, arena, &draft, rules, out);
        run_checks(evaluator, arena, &draft, out);
        if (previous == NULL || strcmp(previous->event, page->event) != 0 ||
            previous->event_repeat != page->event_repeat)
            check_missing_pages(evaluator, arena, &places, page, out);
        previous = page;
    }
}
