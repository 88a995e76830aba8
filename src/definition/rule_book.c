#include "crfd/definition/rule_book.h"

#include "crfd/base/suggest.h"
#include "rule_kinds.h"

#include <stdlib.h>
#include <string.h>

/* The rules under construction. */
struct making {
    struct arena *arena;
    const struct definition *definition;
    struct rule *rules;
    size_t count;
};

static size_t
count_at_most(const struct definition *definition)
{
    const struct study *study = definition->study;
    size_t count = definition->check_count + study->event_count;

    for (size_t i = 0; i < study->form_count; i++)
        count += (study->forms[i].item_count + 1) * rule_kind_count();
    return count;
}

/* What is said at the rule's place, and of its kind; the nearest counts. */
static void
take_terms(struct rule *rule, const struct making *making, size_t kind)
{
    static const struct rule_terms nothing;
    const struct item *item = rule_item(rule);
    const struct rule_terms *const *places =
        rule->form != NULL ? making->definition->plans[rule->form->index].terms : NULL;
    const struct rule_terms *own = places != NULL ? places[rule->item] : NULL;
    const struct rule_terms *all = making->definition->terms;

    own = own != NULL ? &own[kind] : &nothing;
    all = all != NULL ? &all[kind] : &nothing;
    rule->severity = rule->kind->is_minor ? SEVERITY_MINOR : SEVERITY_MAJOR;
    if (own->has_severity || all->has_severity)
        rule->severity = own->has_severity ? own->severity : all->severity;
    rule->category = all->category != NULL ? all->category : rule->kind->category;
    if (item != NULL && item->category != NULL)
        rule->category = item->category;
    if (own->category != NULL)
        rule->category = own->category;
    rule->message = own->message != NULL ? own->message : all->message;
}

/* The form's rule of this kind at the item, or, where item is the number of items, at its pages. */
static void
add_built_in(struct making *making, const struct form *form, size_t item, size_t which)
{
    const struct rule_kind *kind = rule_kinds[which];
    const struct item *of = item < form->item_count ? &form->items[item] : NULL;
    struct rule *rule = &making->rules[making->count];

    if (kind->scope != (of != NULL ? RULE_OF_ITEM : RULE_OF_PAGE) ||
        (kind->declares != NULL && !kind->declares(form, of)))
        return;
    *rule = (struct rule){.kind = kind, .form = form, .item = item};
    take_terms(rule, making, which);
    rule->id = of != NULL ? arena_printf(making->arena, "%s.%s.%s", form->name, of->name, kind->name)
                          : arena_printf(making->arena, "%s.%s", form->name, kind->name);
    if (kind == &rule_required && of != NULL)
        rule->since = of->since;
    rule->is_timed = kind->is_timed != NULL && kind->is_timed(rule);
    if (kind->program != NULL)
        rule->program = kind->program(making->definition, form, item);
    making->count++;
}

/* The event's rule of this kind; NULL where it has none. */
static const struct rule *
add_event(struct making *making, const struct event *event)
{
    struct rule *rule = &making->rules[making->count];
    size_t which = 0;

    while (rule_kinds[which] != &rule_missing_event)
        which++;
    if (!rule_missing_event.declares_at(making->definition, event))
        return NULL;
    *rule = (struct rule){.kind = &rule_missing_event, .event = event};
    take_terms(rule, making, which);
    rule->id = arena_printf(making->arena, "%s.%s", event->name, rule_missing_event.name);
    making->count++;
    return rule;
}

/* Those of one item, or of the pages. */
static struct item_rules
add_place(struct making *making, const struct form *form, size_t item)
{
    struct item_rules rules = {.list = &making->rules[making->count]};

    for (size_t i = 0; rule_kinds[i] != NULL; i++)
        add_built_in(making, form, item, i);
    rules.count = (size_t)(&making->rules[making->count] - rules.list);
    for (size_t i = 0; i < rules.count; i++)
        rules.when |= rules.list[i].kind->when;
    return rules;
}

static void
add_checks(struct making *making, const struct form *form)
{
    const struct form_plan *plan = &making->definition->plans[form->index];

    for (size_t i = 0; i < plan->check_count; i++) {
        const struct check *check = &plan->checks[i];

        making->rules[making->count++] = (struct rule){
            .id = check->id,
            .kind = &rule_check,
            .form = form,
            .item = check->item_count > 0 ? check->items[0] : form->item_count,
            .severity = check->severity,
            .category = check->category,
            .message = check->message,
            .since = check->since,
            .check = check,
            .program = check->program,
        };
    }
}

static struct form_rules
add_form(struct making *making, const struct form *form)
{
    struct item_rules *items = arena_array(making->arena, struct item_rules, form->item_count);
    struct form_rules rules = {.items = items};
    struct item_rules page;

    for (size_t i = 0; i < form->item_count; i++)
        items[i] = add_place(making, form, i);
    page = add_place(making, form, form->item_count);
    rules.page = page.list;
    rules.page_count = page.count;
    rules.checks = &making->rules[making->count];
    add_checks(making, form);
    return rules;
}

static int
compare_ids(const void *left, const void *right)
{
    const struct rule *const *a = left;
    const struct rule *const *b = right;

    return strcmp((*a)->id, (*b)->id);
}

const struct rulebook *
rulebook_new(struct arena *arena, const struct definition *definition)
{
    const struct study *study = definition->study;
    struct rulebook *book = arena_new(arena, struct rulebook);
    struct form_rules *forms = arena_array(arena, struct form_rules, study->form_count);
    struct making making = {arena, definition, arena_array(arena, struct rule, count_at_most(definition)), 0};
    const struct rule **events = arena_array(arena, const struct rule *, study->event_count);
    const struct rule **by_id;

    for (size_t i = 0; i < study->form_count; i++)
        forms[i] = add_form(&making, &study->forms[i]);
    for (size_t i = 0; i < study->event_count; i++)
        events[i] = add_event(&making, &study->events[i]);
    by_id = arena_array(arena, const struct rule *, making.count);
    for (size_t i = 0; i < making.count; i++)
        by_id[i] = &making.rules[i];
    qsort(by_id, making.count, sizeof(const struct rule *), compare_ids);
    *book = (struct rulebook){making.rules, making.count, by_id, forms, events};
    return book;
}

const struct rule *
rulebook_find(const struct rulebook *book, const char *id)
{
    const struct rule wanted = {.id = id};
    const struct rule *key = &wanted;
    const struct rule *const *found =
        bsearch(&key, book->by_id, book->count, sizeof(const struct rule *), compare_ids);

    return found != NULL ? *found : NULL;
}

const struct rule *
rulebook_of_page(const struct rulebook *book, const struct form *form, const struct rule_kind *kind)
{
    const struct form_rules *rules = &book->forms[form->index];

    for (size_t i = 0; i < rules->page_count; i++)
        if (rules->page[i].kind == kind)
            return &rules->page[i];
    return NULL;
}

const char *
rulebook_suggest(const struct rulebook *book, struct arena *arena, const char *id)
{
    const char **ids = arena_array(arena, const char *, book->count);

    for (size_t i = 0; i < book->count; i++)
        ids[i] = book->by_id[i]->id;
    return suggest(id, ids, book->count);
}
