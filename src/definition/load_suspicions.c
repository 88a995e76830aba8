#include "crfd/base/suggest.h"
#include "crfd/clean/clean.h"
#include "load_parts.h"

#include <string.h>

/* How the item's values are read as far as words go: missing tokens and codes, not how numbers and dates are written. */
static const struct clean_plan *
entry_plan(struct load *load, const struct form *form, size_t index)
{
    const struct item *item = &form->items[index];
    const struct item words = {.name = item->name,
                               .key = item->key,
                               .label = "",
                               .type = item->type,
                               .codelist = item->codelist,
                               .missing = item->missing,
                               .missing_count = item->missing_count};

    if (load->entries == NULL)
        load->entries = arena_array(load->arena, const struct clean_plan **, load->study->form_count);
    if (load->entries[form->index] == NULL)
        load->entries[form->index] = arena_array(load->arena, const struct clean_plan *, form->item_count);
    if (load->entries[form->index][index] == NULL)
        load->entries[form->index][index] = clean_plan_new(load->arena, &words);
    return load->entries[form->index][index];
}

static void
say_no_code(const struct codelist *list, const char *text, struct strbuf *why)
{
    const char *close = suggest(text, list->codes, list->code_count);

    strbuf_printf(why, "'%s' is no code of \"%s\"", text, list->name);
    if (close != NULL)
        strbuf_printf(why, "; did you mean '%s'?", close);
    else if (list->code_count <= 12)
        for (size_t i = 0; i < list->code_count; i++)
            strbuf_printf(why, "%s'%s'", i > 0 ? ", " : "; there is ", list->codes[i]);
}

static void
say_cleaned(const struct item *item, const struct clean_result *result, const char *text, struct strbuf *why)
{
    if (item->codelist != NULL) {
        strbuf_printf(why, "'%s' is no code of \"%s\"; did you mean '", text, item->codelist->name);
        value_append_text(&result->value, why);
        strbuf_append(why, "'? Cleaning makes that of it");
        return;
    }
    strbuf_append(why, "cleaning makes '");
    value_append_text(&result->value, why);
    strbuf_printf(why, "' of every '%s', so write that", text);
}

/* The text is what a page would have to say for the item to hold the constant. */
static bool
is_never_entered(const struct item *item, const struct clean_result *result, const char *text,
                 const struct value *constant, struct strbuf *why)
{
    if (result->status == CLEAN_OK && result->value.is_null) {
        if (text[0] == '\0')
            strbuf_append(why, "cleaning leaves no empty text: write IS NULL");
        else
            strbuf_printf(
                why, "'%s' means missing, so no value is left of it: write IS NULL, or missing(%s) = '%.*s'",
                text, item->name, (int)result->value.length, result->value.text);
        return true;
    }
    if (result->status == CLEAN_NOT_CODE) {
        say_no_code(item->codelist, text, why);
        return true;
    }
    if (result->status != CLEAN_OK || result->steps == 0 || value_identical(&result->value, constant))
        return false;
    say_cleaned(item, result, text, why);
    return true;
}

static bool
has_words(const struct item *item)
{
    switch (item->type) {
    case VALUE_TEXT:
        return true;
    case VALUE_INTEGER:
    case VALUE_DECIMAL:
        /* A number in another unit may have been entered. */
        return item->unit == NULL;
    default:
        return false;
    }
}

static bool
is_never(const void *data, const struct form *form, size_t index, const struct value *constant,
         struct strbuf *why)
{
    struct load *load = *(struct load *const *)data;
    const struct item *item = &form->items[index];
    struct clean_result result;
    struct strbuf text, reason;
    bool never;

    if (item->derive != NULL || !has_words(item))
        return false;
    strbuf_init(&text);
    strbuf_init(&reason);
    value_append_text(constant, &text);
    clean_value(entry_plan(load, form, index), load->arena, text.text, text.length, DECIMAL_SIGN_POINT,
                &result);
    never = is_never_entered(item, &result, text.text, constant, why != NULL ? why : &reason);
    strbuf_destroy(&text);
    strbuf_destroy(&reason);
    return never;
}

/* A constant may have line breaks; a message is one line. */
static const char *
one_line(struct arena *arena, const char *message)
{
    char *line = arena_strdup(arena, message);

    for (char *c = line; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return line;
}

void
load_suspicions(struct load *load, const struct program *program, enum suspect_use use,
                const struct json_place *place, const char *text, const char *what)
{
    const struct world world = {.study = load->study, .never = is_never, .data = &load};
    struct suspicions suspicions;

    suspect_look(load->arena, &world, program, use, &suspicions);
    for (size_t i = 0; i < suspicions.count; i++)
        json_warning_at(place, text, suspicions.list[i].offset, "%s%s", what,
                        one_line(load->arena, suspicions.list[i].message));
}
