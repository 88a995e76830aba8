#include "crfd/definition/rule.h"
#include "load_message.h"
#include "load_parts.h"

#include "crfd/base/suggest.h"

#include <stdlib.h>
#include <string.h>

#define CHECKS_MAX      20000 /* of a study, with `for` spread out */
#define CHECK_ID_MAX    100   /* bytes: it stands in a unique key with the page key and an item */
#define CHECK_NAMES_MAX 8     /* of one `for` */

/* One name of a `for` and the values it takes. */
struct variable {
    const char *name;
    const char *const *values;
    size_t count;
    size_t at; /* the value of the check that is being made */
};

/* An entry of `checks`: one check, or one for each combination of its variables' values. */
struct entry {
    const struct json_place *place;
    struct variable variables[CHECK_NAMES_MAX];
    size_t variable_count;
};

/* A check with where it came from, until all are known. */
struct made {
    struct check check;
    size_t entry;
};

struct making {
    struct load *load;
    struct made *list;
    size_t count;
    size_t capacity;
};

/* ---- `for` ---- */

/* The text with each {name} of the entry's variables replaced; other braces stay as they are. */
static const char *
spread(struct arena *arena, const struct entry *entry, const char *text)
{
    struct strbuf out;
    const char *copy;

    if (entry->variable_count == 0 || text == NULL)
        return text;
    strbuf_init(&out);
    while (*text != '\0') {
        const struct variable *found = NULL;
        size_t length = text[0] == '{' ? 1 + strcspn(text + 1, "{}") : 0;

        for (size_t i = 0; i < entry->variable_count && length > 0 && found == NULL; i++)
            if (strlen(entry->variables[i].name) == length - 1 &&
                strncmp(entry->variables[i].name, text + 1, length - 1) == 0 && text[length] == '}')
                found = &entry->variables[i];
        if (found != NULL) {
            strbuf_append(&out, found->values[found->at]);
            text += length + 1;
        } else {
            strbuf_append_char(&out, *text++);
        }
    }
    copy = arena_copy(arena, out.text, out.length);
    strbuf_destroy(&out);
    return copy;
}

static bool
load_variables(struct load *load, struct entry *entry)
{
    struct json_place lists;

    if (!json_member(entry->place, "for", &lists))
        return true;
    if (!json_expect_object(&lists))
        return false;
    if (json_count(&lists) == 0 || json_count(&lists) > CHECK_NAMES_MAX) {
        json_problem(&lists, "must have 1 to %d names, each with its list of values", CHECK_NAMES_MAX);
        return false;
    }
    for (struct json_place each = json_first(&lists); each.value != NULL; json_next(&each)) {
        struct variable *variable = &entry->variables[entry->variable_count];

        variable->name = load_name(load, &each);
        if (!json_expect_list(&each))
            return false;
        variable->count = json_texts(&each, &variable->values);
        if (variable->count == 0) {
            json_problem(&each, "has no values");
            return false;
        }
        entry->variable_count++;
    }
    return true;
}

/* The next combination, the last variable first, as digits count. False behind the last. */
static bool
next_combination(struct entry *entry)
{
    for (size_t i = entry->variable_count; i-- > 0;) {
        if (++entry->variables[i].at < entry->variables[i].count)
            return true;
        entry->variables[i].at = 0;
    }
    return false;
}

/* ---- The parts of one check ---- */

/* Built-in rules are named FORM.ITEM.KIND or EVENT.KIND: a check of that name would share their findings. */
static bool
is_built_in(const struct study *study, const char *id)
{
    const char *first = strchr(id, '.');
    const char *last = strrchr(id, '.');

    for (size_t i = 0; first != NULL && i < study->event_count; i++) {
        size_t length = strlen(study->events[i].name);

        if (strncmp(id, study->events[i].name, length) == 0 && id[length] == '.' &&
            strcmp(id + length + 1, rule_missing_event.name) == 0)
            return true;
    }
    if (first == NULL || study_form(study, id, (size_t)(first - id)) == NULL)
        return false;
    return rule_kind_named(last + 1) != NULL;
}

static void
expect_id(const struct load *load, const struct json_place *place, const char *id)
{
    if (strlen(id) > CHECK_ID_MAX)
        json_problem(place, "\"%s\" has more than %d bytes", id, CHECK_ID_MAX);
    for (const char *c = id; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7F || *c == '"' || *c == '{' || *c == '}') {
            json_problem(place, "\"%s\": an id has no blanks, quotation marks or braces", id);
            return;
        }
    }
    if (is_built_in(load->study, id))
        json_problem(place, "\"%s\" is the id of a built-in rule", id);
}

static const char **
item_names(struct arena *arena, const struct form *form)
{
    const char **names = arena_array(arena, const char *, form->item_count);

    for (size_t i = 0; i < form->item_count; i++)
        names[i] = form->items[i].name;
    return names;
}

/* The item's index; after a problem, the number of items. */
static size_t
find_item(struct load *load, const struct check *check, const struct json_place *place, const char *name)
{
    size_t item = form_item_by_name(check->form, name);
    const char *close;

    if (item < check->form->item_count)
        return item;
    close = suggest(name, item_names(load->arena, check->form), check->form->item_count);
    if (close != NULL)
        json_problem(place, "check \"%s\": the form \"%s\" has no item \"%s\"; did you mean \"%s\"?",
                     check->id, check->form->name, name, close);
    else
        json_problem(place, "check \"%s\": the form \"%s\" has no item \"%s\"", check->id, check->form->name,
                     name);
    return item;
}

static void
load_named_items(struct load *load, const struct entry *entry, struct check *check,
                 const struct json_place *list)
{
    size_t *items = arena_array(load->arena, size_t, json_count(list));
    bool *seen = arena_array(load->arena, bool, check->form->item_count);

    for (struct json_place each = json_first(list); each.value != NULL; json_next(&each)) {
        const char *name = json_text(&each);
        size_t item = check->form->item_count;

        if (name != NULL)
            item = find_item(load, check, &each, spread(load->arena, entry, name));
        if (item == check->form->item_count)
            continue;
        if (seen[item])
            json_problem(&each, "check \"%s\": \"%s\" is given twice", check->id,
                         check->form->items[item].name);
        seen[item] = true;
        items[check->item_count++] = item;
    }
    check->items = items;
}

static void
take_read_items(struct load *load, struct check *check)
{
    size_t *items = arena_array(load->arena, size_t, check->form->item_count);

    for (size_t i = 0; check->program != NULL && i < check->form->item_count; i++)
        if (program_reads_item(check->program, i))
            items[check->item_count++] = i;
    check->items = items;
}

/* Without a message of its own, a check says what should hold, on one line. */
static const struct message_set *
default_message(struct load *load, const struct check *check)
{
    struct message_set *set = arena_new(load->arena, struct message_set);
    struct message *message = arena_new(load->arena, struct message);
    struct message_part *part = arena_new(load->arena, struct message_part);
    char *text = arena_printf(load->arena, "%s does not hold", check->text);

    for (char *c = text; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r' || *c == '\t')
            *c = ' ';
    *part = (struct message_part){MESSAGE_TEXT, .text = text};
    *message = (struct message){text, part, 1};
    set->in[0] = message;
    return set;
}

static const struct message_set *
check_messages(struct load *load, const struct entry *entry, const struct check *check,
               const struct load_texts *texts)
{
    const struct message_scope scope = {check->form, NULL,
                                        arena_printf(load->arena, "check \"%s\": ", check->id)};
    const char *in[STUDY_LANGUAGES_MAX];

    if (texts->in[0] == NULL)
        return default_message(load, check);
    for (size_t i = 0; i < STUDY_LANGUAGES_MAX; i++)
        in[i] = spread(load->arena, entry, texts->in[i]);
    return load_messages(load, &scope, texts, in);
}

/* ---- One check ---- */

static void
compile(struct load *load, struct check *check, const struct json_place *place)
{
    struct check_error error = {0};

    check->program =
        check_compile(load->arena, load->study, check->form, check->text, strlen(check->text), &error);
    if (check->program == NULL)
        json_problem_at(place, check->text, error.offset, "check \"%s\": %s", check->id, error.message);
    else
        load_suspicions(load, check->program, SUSPECT_CHECK, place, check->text,
                        arena_printf(load->arena, "check \"%s\": ", check->id));
}

static struct made *
add_made(struct making *making)
{
    if (making->count == making->capacity) {
        size_t capacity = making->capacity ? 2 * making->capacity : 64;
        struct made *list = arena_array(making->load->arena, struct made, capacity);

        if (making->count > 0)
            memcpy(list, making->list, making->count * sizeof *list);
        making->list = list;
        making->capacity = capacity;
    }
    return &making->list[making->count++];
}

/* The texts of an entry as they are written, before they are spread. */
struct texts {
    const char *id, *form, *check, *category;
    struct json_place id_place, form_place, check_place, items_place;
    struct load_texts message;
    const int32_t *since;
    bool has_items;
};

static void
make_check(struct making *making, const struct entry *entry, const struct texts *texts,
           enum severity severity)
{
    struct load *load = making->load;
    struct check check = {.id = spread(load->arena, entry, texts->id),
                          .text = spread(load->arena, entry, texts->check),
                          .severity = severity,
                          .since = texts->since,
                          .category = spread(load->arena, entry, texts->category)};
    const char *form = spread(load->arena, entry, texts->form);
    struct made *made;

    expect_id(load, &texts->id_place, check.id);
    for (size_t i = 0; i < load->study->form_count && check.form == NULL; i++)
        if (strcmp(load->forms[i].name, form) == 0)
            check.form = &load->forms[i];
    if (check.form == NULL) {
        const char *close = suggest(form, load->form_names, load->study->form_count);

        json_problem(&texts->form_place, "check \"%s\": unknown form \"%s\"%s%s%s", check.id, form,
                     close != NULL ? "; did you mean \"" : "", close != NULL ? close : "",
                     close != NULL ? "\"?" : "");
        return;
    }
    compile(load, &check, &texts->check_place);
    if (texts->has_items)
        load_named_items(load, entry, &check, &texts->items_place);
    else
        take_read_items(load, &check);
    check.message = check_messages(load, entry, &check, &texts->message);
    made = add_made(making);
    made->check = check;
    made->entry = entry->place->index;
}

/* ---- One entry of `checks` ---- */

static bool
read_texts(struct load *load, const struct json_place *place, struct texts *texts)
{
    *texts = (struct texts){
        .id = json_required_text(place, "id"),
        .form = json_required_text(place, "form"),
        .check = json_required_text(place, "check"),
        .category = load_category(place),
        .since = load_since(load, place),
    };
    texts->has_items = json_member_list(place, "items", &texts->items_place);
    load_texts(load, place, "message", &texts->message);
    return texts->id != NULL && texts->form != NULL && texts->check != NULL &&
           json_member(place, "id", &texts->id_place) && json_member(place, "form", &texts->form_place) &&
           json_member(place, "check", &texts->check_place);
}

static size_t
combinations(const struct entry *entry)
{
    size_t product = 1;

    for (size_t i = 0; i < entry->variable_count && product <= CHECKS_MAX; i++)
        product *= entry->variables[i].count;
    return product;
}

static void
load_entry(struct making *making, const struct json_place *place)
{
    static const char *const keys[] = {"id",       "form",  "check",   "items", "severity",
                                       "category", "since", "message", "for"};
    struct entry entry = {.place = place};
    struct texts texts;
    enum severity severity;

    if (!json_expect_object(place))
        return;
    json_expect_keys(place, keys, LOAD_COUNT(keys));
    severity = load_severity(place);
    if (!read_texts(making->load, place, &texts) || !load_variables(making->load, &entry))
        return;
    if (making->count + combinations(&entry) > CHECKS_MAX) {
        json_problem(place, "with this the study has more than %d checks", CHECKS_MAX);
        return;
    }
    do
        make_check(making, &entry, &texts, severity);
    while (next_combination(&entry));
}

/* ---- All checks ---- */

static int
compare_made(const void *a, const void *b)
{
    const struct made *const *first = a;
    const struct made *const *second = b;
    int order = strcmp((*first)->check.id, (*second)->check.id);

    if (order != 0)
        return order;
    return *first < *second ? -1 : *first > *second;
}

static void
expect_ids_once(const struct making *making, const struct json_place *checks)
{
    const struct made **sorted = arena_array(making->load->arena, const struct made *, making->count);

    for (size_t i = 0; i < making->count; i++)
        sorted[i] = &making->list[i];
    qsort(sorted, making->count, sizeof(const struct made *), compare_made);
    for (size_t i = 1; i < making->count; i++)
        if (strcmp(sorted[i - 1]->check.id, sorted[i]->check.id) == 0)
            json_problem(
                checks, "the id \"%s\" is given twice, by [%zu] and [%zu]%s", sorted[i]->check.id,
                sorted[i - 1]->entry, sorted[i]->entry,
                sorted[i - 1]->entry == sorted[i]->entry ? ": the id must contain every name of `for`" : "");
}

/* Each form's checks side by side. */
static void
gather_form(const struct making *making, const struct form *form)
{
    struct load *load = making->load;
    struct form_plan *plan = &load->plans[form->index];
    struct check *checks;
    size_t count = 0;

    for (size_t i = 0; i < making->count; i++)
        count += making->list[i].check.form == form;
    checks = arena_array(load->arena, struct check, count);
    for (size_t i = 0; i < making->count; i++)
        if (making->list[i].check.form == form)
            checks[plan->check_count++] = making->list[i].check;
    plan->checks = checks;
}

void
load_checks(struct load *load, const struct json_place *root)
{
    struct making making = {.load = load};
    struct json_place checks;

    if (!json_member_list(root, "checks", &checks))
        return;
    for (struct json_place each = json_first(&checks); each.value != NULL; json_next(&each))
        load_entry(&making, &each);
    expect_ids_once(&making, &checks);
    for (size_t i = 0; i < load->study->form_count; i++)
        gather_form(&making, &load->forms[i]);
}
