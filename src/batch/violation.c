#include "violation.h"

#include "evidence.h"
#include "local_day.h"
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
    struct violation *violation = evaluation_add_violation(arena, out);

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
    evaluator_count_violated(evaluator, rule, false);
    violation = evaluation_add_violation(arena, out);
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
    evaluator_count_violated(evaluator, draft->rule, draft->is_error);
    add_draft(evaluator, arena, draft, NULL, 0, out);
}

bool
violation_is_asked(const struct rule *rule, const struct page *page)
{
    return rule->since == NULL || local_day(page->submitted_at) >= *rule->since;
}

/* Of a value that a timed rule is asked about. */
static void
note_change(const struct rule_case *asked, struct evaluation *out)
{
    int32_t day;

    if (asked->rule->kind->changes(asked, &day))
        evaluation_note_due(out, day);
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
        if (asked.rule->is_timed && (asked.rule->kind->when & when) != 0)
            note_change(&asked, out);
        if ((asked.rule->kind->when & when) != 0 && asked.rule->kind->is_violated(&asked) &&
            violation_is_asked(asked.rule, draft->page))
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
        enum eval_outcome outcome;

        if (!violation_is_asked(&rules[i], draft->page))
            continue;
        outcome = eval_check(check->program, &out->subject, draft->page, evaluator->scratch, &error);
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

void
violations_find(struct evaluator *evaluator, struct arena *arena, struct evaluation *out)
{
    basis_begin_subject(&evaluator->basis, &out->subject, out->item_states);
    for (size_t i = 0; i < out->subject.page_count; i++) {
        const struct page *page = &out->subject.pages[i];
        const struct form_rules *rules = &evaluator->definition->rules->forms[page->form->index];
        struct draft draft = {.page = page, .states = out->item_states[i]};

        for (size_t item = 0; item < page->form->item_count; item++)
            ask_item_rules(evaluator, arena, &draft, &rules->items[item], item, out);
        ask_page_rules(evaluator, arena, &draft, rules, out);
        run_checks(evaluator, arena, &draft, out);
    }
}
