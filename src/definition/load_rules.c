#include "crfd/base/suggest.h"
#include "crfd/definition/rule.h"
#include "load_message.h"
#include "load_parts.h"

#include <string.h>

/* Of whom is said how built-in rules speak: of an item, of a form's pages, or of the study. */
struct owner {
    struct load *load;
    const struct form *form; /* NULL: the study */
    const struct item *item; /* NULL: the form's pages, or the study */
};

/* ---- Which kind ---- */

static bool
has_rule(const struct owner *owner, const struct rule_kind *kind)
{
    if (kind->name == NULL)
        return false;
    if (owner->form == NULL)
        return true;
    return kind->scope == (owner->item != NULL ? RULE_OF_ITEM : RULE_OF_PAGE) &&
           (kind->declares == NULL || kind->declares(owner->form, owner->item));
}

/* The index of the kind; rule_kind_count() after a problem. */
static size_t
find_kind(const struct owner *owner, const struct json_place *place)
{
    const char *whose = owner->form == NULL   ? "there is"
                        : owner->item != NULL ? "the item has"
                                              : "the form has";
    struct suggestion close;

    suggestion_begin(&close, place->key);
    for (size_t i = 0; rule_kinds[i] != NULL; i++) {
        if (!has_rule(owner, rule_kinds[i]))
            continue;
        if (strcmp(rule_kinds[i]->name, place->key) == 0)
            return i;
        suggestion_offer(&close, rule_kinds[i]->name);
    }
    json_problem(place, "%s no built-in rule \"%s\"%s%s%s", whose, place->key,
                 close.name != NULL ? "; did you mean \"" : "", close.name != NULL ? close.name : "",
                 close.name != NULL ? "\"?" : "");
    return rule_kind_count();
}

/* ---- What is said ---- */

static void
load_terms(const struct owner *owner, const struct rule_kind *kind, const struct json_place *place,
           struct rule_terms *terms)
{
    static const char *const keys[] = {"severity", "category", "message"};
    const struct message_scope scope = {owner->form, kind, ""};
    struct json_place severity = {.value = NULL}, message;
    struct load_texts texts;

    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    if (json_count(place) == 0)
        json_problem(place, "has neither severity, category nor message");
    if (json_member(place, "severity", &severity) && terms->has_severity)
        json_problem(&severity, "is given in \"%s\" already", kind->name);
    terms->has_severity = terms->has_severity || severity.value != NULL;
    if (severity.value != NULL)
        terms->severity = load_severity(place);
    terms->category = load_category(place);
    if (kind->of_study && json_member(place, "message", &message))
        json_problem(&message, "the findings of rules \"%s\" name the other subjects, which no message can",
                     kind->name);
    else if (load_texts(owner->load, place, "message", &texts))
        terms->message = load_messages(owner->load, &scope, &texts, texts.in);
}

/* Some properties carry the severity of their rule. */
static void
take_severity(const struct json_place *item, const struct rule_kind *kind, struct rule_terms *terms)
{
    struct json_place property, severity;

    if (kind->load == NULL || !json_member(item, kind->name, &property) || !json_is_object(&property) ||
        !json_member(&property, "severity", &severity))
        return;
    terms->has_severity = true;
    terms->severity = load_severity(&property);
}

/* By kind; NULL where nothing is said. */
static const struct rule_terms *
load_rules_of(const struct owner *owner, const struct json_place *place)
{
    struct rule_terms *terms = arena_array(owner->load->arena, struct rule_terms, rule_kind_count());
    struct json_place rules;
    bool is_said = false;

    for (size_t i = 0; owner->item != NULL && rule_kinds[i] != NULL; i++) {
        take_severity(place, rule_kinds[i], &terms[i]);
        is_said = is_said || terms[i].has_severity;
    }
    if (!json_member_object(place, "rules", &rules))
        return is_said ? terms : NULL;
    for (struct json_place each = json_first(&rules); each.value != NULL; json_next(&each)) {
        size_t kind = find_kind(owner, &each);

        if (kind < rule_kind_count())
            load_terms(owner, rule_kinds[kind], &each, &terms[kind]);
    }
    return terms;
}

/* ---- All of them ---- */

static void
load_form_rules(struct load *load, const struct form *form, const struct json_place *place)
{
    const struct rule_terms **terms =
        arena_array(load->arena, const struct rule_terms *, form->item_count + 1);
    struct owner owner = {load, form, NULL};
    struct json_place items;

    if (!json_is_object(place))
        return;
    terms[form->item_count] = load_rules_of(&owner, place);
    load->plans[form->index].terms = terms;
    if (!json_member(place, "items", &items) || !json_is_object(&items))
        return;
    for (struct json_place each = json_first(&items); each.value != NULL && each.index < form->item_count;
         json_next(&each)) {
        owner.item = &form->items[each.index];
        if (json_is_object(&each))
            terms[each.index] = load_rules_of(&owner, &each);
    }
}

void
load_rules(struct load *load, const struct json_place *root)
{
    const struct owner study = {.load = load};
    struct json_place forms;

    load->terms = load_rules_of(&study, root);
    if (!json_member(root, "forms", &forms) || !json_is_object(&forms))
        return;
    for (struct json_place each = json_first(&forms); each.value != NULL; json_next(&each))
        load_form_rules(load, &load->forms[each.index], &each);
}
