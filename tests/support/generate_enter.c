#include "generate_enter.h"

#include "crfd/base/strbuf.h"
#include "generate_text.h"

#include <string.h>

#define ZERO_WIDTH_SPACE  "\u200B"
#define IDEOGRAPHIC_SPACE "\u3000"

/* One value on its way to the page. */
struct entry {
    struct arena *arena;
    const struct habit *habit;
    struct dice dice;
    struct made_page *page;
    struct made_value *value;
    bool bare; /* a JSON number or boolean */
};

const char *
step_names(struct arena *arena, uint32_t steps)
{
    static const char *const names[] = {"nfc",  "width",     "control", "trim",        "missing", "synonym",
                                        "case", "qualifier", "decimal", "date-format", "partial", "unit"};
    const char *text = "";

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((steps >> i) & 1U)
            text = arena_printf(arena, "%s%s%s", text, *text != '\0' ? "," : "", names[i]);
    return text;
}

static void
take(struct entry *entry, const char *raw, uint32_t step)
{
    if (raw != NULL) {
        entry->value->raw = raw;
        entry->value->steps |= step;
    }
}

/* A number in the unit that the page names, and what converting it back gives. */
static void
enter_unit(struct entry *entry)
{
    const struct unit_spec *unit = entry->value->spec->unit;
    const char *entered_unit = unit ? page_value(entry->page, unit->item)->typed : NULL;
    int64_t stored, power = 1, entered;
    int scale;

    if (entered_unit == NULL || strcmp(entered_unit, unit->other) != 0)
        return;
    /* entered = stored / factor, rounded to the digits that people write in that unit. */
    stored = text_coefficient(entry->value->raw, &scale);
    for (int i = scale; i < unit->factor_scale + unit->entered_scale; i++)
        power *= 10;
    entered = (stored * power + unit->factor / 2) / unit->factor;
    /* Nothing is nothing in every unit: no change. */
    take(entry, text_decimal(entry->arena, entered, unit->entered_scale), entered != 0 ? STEP_UNIT : 0);
    entry->value->cleaned =
        text_decimal(entry->arena, entered * unit->factor, unit->entered_scale + unit->factor_scale);
}

static void
enter_number(struct entry *entry)
{
    const struct habit *habit = entry->habit;
    bool decimal = entry->value->spec->kind == ITEM_DECIMAL;

    enter_unit(entry);
    if ((entry->value->enter & ENTER_GROUPED) != 0 || (habit->grouped && decimal))
        take(entry, text_grouped(entry->arena, entry->value->raw), STEP_DECIMAL);
    entry->bare = habit->bare_numbers && (entry->value->steps & STEP_DECIMAL) == 0;
    /* 072 is 72: another representation of the same number, and no change. */
    if (!habit->bare_numbers && dice_percent(&entry->dice, 3) && (entry->value->steps & STEP_DECIMAL) == 0)
        take(entry, arena_printf(entry->arena, "0%s", entry->value->raw), 0);
    if (dice_percent(&entry->dice, habit->wide_percent))
        take(entry, text_wide(entry->arena, entry->value->raw), STEP_WIDTH);
}

static void
enter_date(struct entry *entry)
{
    const char *iso = entry->value->raw;
    enum date_habit habit = entry->habit->dates;
    const char *text = iso;

    if ((entry->value->enter & ENTER_WORDS) != 0)
        habit = entry->habit->chinese ? DATES_ENGLISH : DATES_CHINESE;
    if ((entry->value->enter & ENTER_UNKNOWN) != 0) {
        text = text_date_unknown(entry->arena, iso);
        if (strlen(iso) < 10)
            entry->value->steps |= STEP_PARTIAL;
    } else if (habit == DATES_ENGLISH) {
        text = text_date_english(entry->arena, iso);
    } else if (habit == DATES_CHINESE) {
        text = text_date_chinese(entry->arena, iso);
    } else if (habit == DATES_SLASHES) {
        text = text_date_slashes(entry->arena, iso);
    }
    if (strcmp(text, iso) != 0)
        take(entry, text, STEP_DATE_FORMAT);
    if (dice_percent(&entry->dice, entry->habit->wide_percent))
        take(entry, text_wide(entry->arena, text), STEP_WIDTH);
}

static void
enter_code(struct entry *entry)
{
    const struct code_spec *code = entry->value->spec->codes;
    const char *synonym = NULL;

    while (code->code != NULL && strcmp(code->code, entry->value->typed) != 0)
        code++;
    if ((entry->value->enter & ENTER_LOWER) != 0) {
        const char *lower = text_lower(entry->arena, entry->value->typed);

        if (strcmp(lower, entry->value->typed) != 0)
            take(entry, lower, STEP_CASE);
    } else if ((entry->value->enter & ENTER_SYNONYM) != 0) {
        synonym = code->english != NULL ? code->english : code->chinese;
    } else if (entry->habit->chinese && dice_percent(&entry->dice, 85)) {
        synonym = code->chinese;
    }
    take(entry, synonym, STEP_SYNONYM);
}

static void
enter_by_habit(struct entry *entry)
{
    struct arena *arena = entry->arena;
    const char *typed = entry->value->typed;

    switch (entry->value->spec->kind) {
    case ITEM_INTEGER:
    case ITEM_DECIMAL:
        enter_number(entry);
        break;
    case ITEM_DATE:
        enter_date(entry);
        break;
    case ITEM_CODE:
        enter_code(entry);
        break;
    case ITEM_BOOLEAN:
        entry->bare = true;
        break;
    case ITEM_DATETIME: /* 2024-03-05 09:30:00 is entered as 2024-03-05T09:30 */
        take(entry, arena_printf(arena, "%.10sT%.5s", typed, typed + 11), 0);
        break;
    case ITEM_TIME:
        take(entry, arena_printf(arena, "%.5s", typed), 0);
        break;
    case ITEM_TEXT:
    case ITEM_DERIVED:
        break;
    }
}

static void
enter_accidents(struct entry *entry)
{
    struct arena *arena = entry->arena;
    uint32_t enter = entry->value->enter;

    if ((enter & ENTER_WIDE) != 0)
        take(entry, text_wide(arena, entry->value->raw), STEP_WIDTH);
    if ((enter & ENTER_HIDDEN) != 0)
        take(entry, arena_printf(arena, ZERO_WIDTH_SPACE "%s", entry->value->raw), STEP_CONTROL);
    if ((enter & ENTER_BLANKS) != 0) {
        switch (dice_roll(&entry->dice, 3)) {
        case 0:
            take(entry, arena_printf(arena, "  %s", entry->value->raw), STEP_TRIM);
            break;
        case 1:
            take(entry, arena_printf(arena, "%s ", entry->value->raw), STEP_TRIM);
            break;
        default:
            take(entry, arena_printf(arena, IDEOGRAPHIC_SPACE "%s", entry->value->raw),
                 STEP_TRIM | STEP_WIDTH);
            break;
        }
    }
    if (entry->value->raw[strspn(entry->value->raw, "0123456789.truefalse")] != '\0')
        entry->bare = false;
}

static void
enter_nothing(struct entry *entry)
{
    static const char *const forms[] = {NULL, "\"\"", "null"};
    uint32_t form = dice_roll(&entry->dice, 3);

    if ((entry->value->enter & ENTER_TOKEN) != 0) {
        take(entry, entry->habit->chinese ? "未查" : "ND", STEP_MISSING);
        entry->value->json = text_json(entry->arena, entry->value->raw);
        return;
    }
    entry->value->json = forms[form];
    entry->value->raw = form == 1 ? "" : NULL;
}

static void
enter_value(struct entry *entry)
{
    struct made_value *value = entry->value;

    if (value->spec->kind == ITEM_DERIVED)
        return;
    if (value->literal != NULL) {
        take(entry, value->literal, value->literal_steps);
        /* No number, and yet not nothing. */
        value->cleaned = (value->literal_steps & STEP_QUALIFIER) != 0 ? value->literal : value->typed;
        value->json = text_json(entry->arena, value->raw);
        return;
    }
    if (value->typed == NULL) {
        enter_nothing(entry);
        return;
    }
    value->raw = value->cleaned = value->typed;
    if ((value->enter & ENTER_PLAIN) == 0) {
        enter_by_habit(entry);
        enter_accidents(entry);
    }
    value->json = entry->bare ? value->raw : text_json(entry->arena, value->raw);
}

static void
append_key(struct strbuf *json, const char *key, bool upper)
{
    strbuf_append(json, json->length > 1 ? ", \"" : "\"");
    for (; *key != '\0'; key++)
        strbuf_append_char(json, upper && *key >= 'a' && *key <= 'z' ? (char)(*key - ('a' - 'A')) : *key);
    strbuf_append(json, "\": ");
}

static const char *
page_json(struct arena *arena, const struct habit *habit, const struct made_page *page)
{
    size_t count = form_spec_count(page->form);
    struct strbuf json;
    const char *result;

    strbuf_init(&json);
    strbuf_append_char(&json, '{');
    for (size_t i = 0; i < count; i++) {
        if (page->values[i].json != NULL) {
            append_key(&json, page->values[i].spec->name, habit->upper_keys);
            strbuf_append(&json, page->values[i].json);
        }
    }
    if (page->extra_key != NULL)
        strbuf_printf(&json, "%s%s: %s", json.length > 1 ? ", " : "", text_json(arena, page->extra_key),
                      page->extra_json);
    strbuf_append_char(&json, '}');
    result = arena_copy(arena, json.text, json.length);
    strbuf_destroy(&json);
    return result;
}

/* A unit item names the unit that its numbers are stored in, which is the first of its list. */
static void
name_units(struct made_page *page)
{
    size_t count = form_spec_count(page->form);

    for (size_t i = 0; i < count; i++) {
        const struct unit_spec *unit = page->values[i].spec->unit;
        struct made_value *named;

        if (unit == NULL || page->values[i].cleaned == NULL)
            continue;
        named = page_value(page, unit->item);
        if (named->typed != NULL && strcmp(named->typed, unit->other) == 0) {
            named->cleaned = named->spec->codes[0].code;
            named->steps |= STEP_UNIT;
        }
    }
}

/* Known where its operands are, and none of them is a height of nothing. */
static void
derive(struct made_page *page)
{
    const char *height;

    if (page->form != &form_specs[FORM_VS])
        return;
    height = page_value(page, "height")->typed;
    if (page_value(page, "weight")->typed != NULL && height != NULL && strcmp(height, "0.0") != 0)
        page_value(page, "bmi")->typed = "";
}

void
enter_subject(struct arena *arena, uint64_t seed, int center, int number, struct made_subject *subject)
{
    for (size_t p = 0; p < subject->page_count; p++) {
        struct made_page *page = &subject->pages[p];
        size_t count = form_spec_count(page->form);

        for (size_t i = 0; i < count; i++) {
            struct entry entry = {.arena = arena,
                                  .habit = subject->habit,
                                  .dice =
                                      dice_at(seed, (uint64_t)center, (uint64_t)number, 1000 + p * 64 + i),
                                  .page = page,
                                  .value = &page->values[i]};

            enter_value(&entry);
        }
        name_units(page);
        derive(page);
        if (page->data == NULL)
            page->data = page_json(arena, subject->habit, page);
    }
}
