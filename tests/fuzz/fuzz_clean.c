/*
 * Any raw value of any type of item: a typed value, a missing one, or a reason. What was cleaned is clean: cleaning
 * its text again changes nothing. The first byte chooses the item.
 */
#include "crfd/clean/clean.h"
#include "crfd/clean/months.h"

#include "fuzz.h"

#include <string.h>
#include <utf8proc.h>

static const char *const missing[] = {"ND", "NOT DONE", "未做"};
static const char *const codes[] = {"Y", "N", "3.0", "not  sure"};
static const char *const synonyms[] = {"YES", "是", "three"};
static const size_t meanings[] = {0, 0, 2};
static const struct codelist list = {.name = "list",
                                     .codes = codes,
                                     .code_count = 4,
                                     .synonyms = synonyms,
                                     .synonym_codes = meanings,
                                     .synonym_count = 3};
static const char *const formats[] = {"DD.MM.YYYY", "YYYY年MM月DD日", "DD-MON-YYYY HH:MM"};

static const char *const months[MONTHS_OF_YEAR] = {
    "Jänner", "únor", "Mär", "х", NULL, "červen", "červenec", "ΑΎΓΟΥΣΤΟΣ", "set", "de oct.", "нояб", NULL};

#define ITEM(item_type)                                                                                      \
    .name = "item", .key = "item", .type = item_type, .missing = missing, .missing_count = 3

static const struct item items[] = {
    {ITEM(VALUE_TEXT)},
    {ITEM(VALUE_INTEGER)},
    {ITEM(VALUE_DECIMAL)},
    {ITEM(VALUE_BOOLEAN)},
    {ITEM(VALUE_DATE)},
    {ITEM(VALUE_PARTIAL_DATE)},
    {ITEM(VALUE_DATETIME)},
    {ITEM(VALUE_PARTIAL_DATETIME)},
    {ITEM(VALUE_TIME)},
    {ITEM(VALUE_INSTANT)},
    {ITEM(VALUE_TEXT), .codelist = &list},
    {ITEM(VALUE_DECIMAL), .codelist = &list},
    {ITEM(VALUE_DECIMAL), .decimal = DECIMAL_SIGN_POINT},
    {ITEM(VALUE_DECIMAL), .decimal = DECIMAL_SIGN_COMMA},
    {ITEM(VALUE_DATE), .formats = formats, .format_count = 2},
    {ITEM(VALUE_PARTIAL_DATE), .formats = formats, .format_count = 2},
    {ITEM(VALUE_DATETIME), .formats = formats, .format_count = 3},
};

#define ITEM_COUNT (sizeof items / sizeof items[0])

/* Pages are JSON, whose texts hold no NUL and no byte that is not UTF-8. */
static bool
is_text(const uint8_t *bytes, size_t size)
{
    utf8proc_int32_t character;

    for (size_t at = 0; at < size;) {
        utf8proc_ssize_t own = utf8proc_iterate(bytes + at, (utf8proc_ssize_t)(size - at), &character);

        if (own <= 0 || character == 0)
            return false;
        at += (size_t)own;
    }
    return true;
}

static void
clean_again(const struct clean_plan *plan, struct arena *arena, const struct clean_result *result)
{
    struct clean_result again;
    struct strbuf text;

    strbuf_init(&text);
    value_append_text(&result->value, &text);
    FUZZ_REQUIRE(is_text((const uint8_t *)text.text, text.length), "cleaning made what is no text");
    clean_value(plan, arena, text.text, text.length, DECIMAL_SIGN_UNDECLARED, &again);
    FUZZ_REQUIRE(again.status == CLEAN_OK, "what was cleaned is refused");
    FUZZ_REQUIRE(value_identical(&again.value, &result->value), "what was cleaned is cleaned once more");
    strbuf_destroy(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct item own;
    const struct item *item = &own;
    const struct clean_plan *plan;
    struct clean_result result;
    struct arena arena;
    /* Of these, the ISO text and the point of a number may mean something else than what was cleaned. */
    bool is_ambiguous;

    if (size == 0 || !is_text(bytes + 1, size - 1))
        return 0;
    own = items[bytes[0] % ITEM_COUNT];
    is_ambiguous = item->decimal == DECIMAL_SIGN_COMMA || item->format_count > 0;
    arena_init(&arena, 4096, 0);
    own.months = month_names_new(&arena, months, MONTHS_OF_YEAR);
    plan = clean_plan_new(&arena, item);
    clean_value(plan, &arena, (const char *)bytes + 1, size - 1, item->decimal, &result);
    FUZZ_REQUIRE(result.value.type == item->type, "a value of another type");
    FUZZ_REQUIRE(result.status != CLEAN_UNTYPED || (result.value.is_null && result.reason != NULL),
                 "refused without a reason, or with a value");
    if (result.status == CLEAN_OK && !result.value.is_null && !is_ambiguous)
        clean_again(plan, &arena, &result);
    arena_destroy(&arena);
    return 0;
}
