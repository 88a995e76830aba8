#include "load_message.h"

#include "crfd/base/suggest.h"

#include <stdlib.h>
#include <string.h>

#define NEIGHBOR_MAX 1000000 /* places from the page */

struct parsing {
    struct load *load;
    const struct message_scope *scope;
    const struct json_place *place;
};

/* ---- Names that are none ---- */

static void
tell_unknown(const struct parsing *parsing, const char *where, const char *name, const char *close)
{
    json_problem(parsing->place, "%s%s \"%s\"%s%s%s", parsing->scope->owner, where, name,
                 close != NULL ? "; did you mean \"" : "", close != NULL ? close : "",
                 close != NULL ? "\"?" : "");
}

static void
offer_items(struct suggestion *close, const struct form *form)
{
    for (size_t i = 0; i < form->item_count; i++)
        suggestion_offer(close, form->items[i].name);
}

static void
refuse_item(const struct parsing *parsing, const struct form *form, const char *name, bool or_column)
{
    struct suggestion close;

    suggestion_begin(&close, name);
    offer_items(&close, form);
    for (int i = 0; or_column && i < FORM_COLUMN_COUNT; i++)
        if (form_columns[i].is_readable)
            suggestion_offer(&close, form_columns[i].name);
    tell_unknown(parsing, arena_printf(parsing->load->arena, "the form \"%s\" has no item", form->name), name,
                 close.name);
}

/* ---- What stands in braces ---- */

static bool
find_item(const struct parsing *parsing, const struct form *form, const char *name, size_t *item)
{
    *item = form_item_by_name(form, name);
    if (*item < form->item_count)
        return true;
    refuse_item(parsing, form, name, false);
    return false;
}

/* FORM.ITEM: of the page itself, or of the one page that the form has for it. */
static bool
parse_reference(const struct parsing *parsing, const char *name, const char *dot, struct message_part *part)
{
    struct load *load = parsing->load;
    const char *form_name = arena_copy(load->arena, name, (size_t)(dot - name));
    const struct form *form = study_form(load->study, form_name, strlen(form_name));

    if (form == NULL) {
        tell_unknown(parsing, "the study has no form", form_name,
                     suggest(form_name, load->form_names, load->study->form_count));
        return false;
    }
    if (form != parsing->scope->form && form->per == FORM_PER_RECORD) {
        json_problem(
            parsing->place,
            "%s\"%s\" may have many pages for one: a message shows items of its own form and of those "
            "that are filled once per subject or event",
            parsing->scope->owner, form->name);
        return false;
    }
    part->source = form == parsing->scope->form ? MESSAGE_ITEM : MESSAGE_REFERENCE;
    part->form = form;
    return find_item(parsing, form, dot + 1, &part->item);
}

/* lag(ITEM), lead(ITEM, 2): `open` is at the bracket. */
static bool
parse_neighbor(const struct parsing *parsing, const char *name, const char *open, struct message_part *part)
{
    bool is_lag = strncmp(name, "lag(", 4) == 0;
    const char *item = open + 1 + strspn(open + 1, " ");
    const char *rest = item + strcspn(item, " ,)");
    const char *end = rest + strspn(rest, " ");
    long distance = 1;
    char *behind;

    if (*end == ',') {
        distance = strtol(end + 1, &behind, 10);
        end = behind + strspn(behind, " ");
    }
    if ((!is_lag && strncmp(name, "lead(", 5) != 0) || strcmp(end, ")") != 0 || distance < 1 ||
        distance > NEIGHBOR_MAX) {
        json_problem(parsing->place,
                     "%s{%s} is none of {lag(ITEM)}, {lag(ITEM, 2)}, {lead(ITEM)} and {lead(ITEM, 2)}",
                     parsing->scope->owner, name);
        return false;
    }
    part->source = MESSAGE_NEIGHBOR;
    part->offset = (int32_t)(is_lag ? -distance : distance);
    return find_item(parsing, parsing->scope->form,
                     arena_copy(parsing->load->arena, item, (size_t)(rest - item)), &part->item);
}

/* A time of submission says nothing without its zone. */
static bool
is_shown(enum form_column column)
{
    return column < FORM_COLUMN_COUNT && form_columns[column].is_readable &&
           form_columns[column].type != COLUMN_TIMESTAMPTZ;
}

static bool
parse_name(const struct parsing *parsing, const char *name, struct message_part *part)
{
    const struct form *form = parsing->scope->form;
    const char *mark = strpbrk(name, ".(");

    part->column = form_column_named(name);
    part->item = form_item_by_name(form, name);
    if (mark != NULL && *mark == '.')
        return parse_reference(parsing, name, mark, part);
    if (mark != NULL)
        return parse_neighbor(parsing, name, mark, part);
    if (part->item < form->item_count) {
        part->source = MESSAGE_ITEM;
        return true;
    }
    if (is_shown(part->column) || strcmp(name, "form") == 0) {
        part->source = is_shown(part->column) ? MESSAGE_COLUMN : MESSAGE_FORM;
        return true;
    }
    refuse_item(parsing, form, name, true);
    return false;
}

/* ---- The whole ---- */

const struct message *
load_message(struct load *load, const struct message_scope *scope, const struct json_place *place,
             const char *text)
{
    const struct parsing parsing = {load, scope, place};
    struct message *message = arena_new(load->arena, struct message);
    struct message_part *parts = arena_array(load->arena, struct message_part, strlen(text) + 1);
    const char *at = text;

    *message = (struct message){.text = text, .parts = parts};
    while (*at != '\0') {
        size_t length = strcspn(at, "{}");
        struct message_part *part = &parts[message->count];

        if (length > 0) {
            *part = (struct message_part){MESSAGE_TEXT, .text = arena_copy(load->arena, at, length)};
            message->count++;
            at += length;
            continue;
        }
        length = strcspn(at + 1, "{}");
        if (at[0] == '}' || at[1 + length] != '}') {
            json_problem_at(place, text, (size_t)(at - text),
                            "%sa brace in a message encloses the name of an item", scope->owner);
            break;
        }
        if (parse_name(&parsing, arena_copy(load->arena, at + 1, length), part))
            message->count++;
        at += length + 2;
    }
    return message;
}
