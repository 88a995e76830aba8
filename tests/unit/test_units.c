#include "clean/units.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

static struct arena arena;

static void
setup(void)
{
    arena_init(&arena, 64 << 10, 0);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

static const struct decimal *
decimal_of(const char *text)
{
    struct decimal_wide number;

    if (text == NULL)
        return NULL;
    ck_assert(decimal_parse(text, strlen(text), &number) == DECIMAL_OK);
    return decimal_copy(&arena, &number.value);
}

struct unit_row {
    const char *from, *factor, *offset;
};

static const struct unit_row weight[] = {{"lb", "0.45359237", NULL}, {"g", "0.001", "0"}, {"KGS", "1", NULL}};
static const struct unit_row temperature[] = {
    {"F", "0.5555555556", "-17.7777777792"}, {"K", NULL, "-273.15"}, {"f", "2", NULL}};
static const struct unit_row mass[] = {{"\u00B5g", "0.001", NULL}, {"g", "1000", NULL}};

static const struct {
    const char *name;
    const char *to;
    const struct unit_row *rows;
    size_t row_count;
    const char *number;
    const char *unit;
    enum unit_outcome outcome;
    const char *result; /* of a conversion */
} unit_cases[] = {
#define WEIGHT      "kg", weight, 3
#define TEMPERATURE "C", temperature, 3
#define MASS        "mg", mass, 2
    {"the item's own unit", WEIGHT, "70.5", "kg", UNIT_SAME, NULL},
    {"the item's own unit in another case", WEIGHT, "70.5", "Kg", UNIT_SAME, NULL},
    {"pounds, exactly, with numeric's scale", WEIGHT, "150", "lb", UNIT_CONVERTED, "68.03885550"},
    {"pounds with a fraction: the scales add up", WEIGHT, "150.50", "lb", UNIT_CONVERTED, "68.2656516850"},
    {"pounds in another case", WEIGHT, "150", "LB", UNIT_CONVERTED, "68.03885550"},
    {"an offset of zero", WEIGHT, "70500", "g", UNIT_CONVERTED, "70.500"},
    {"another name of the same unit changes nothing", WEIGHT, "70.5", "KGS", UNIT_SAME, NULL},
    {"zero pounds are zero kilograms", WEIGHT, "0", "lb", UNIT_SAME, NULL},
    {"factor and offset", TEMPERATURE, "98.6", "F", UNIT_CONVERTED, "37.00000000296"},
    {"an offset alone", TEMPERATURE, "310.15", "K", UNIT_CONVERTED, "37.00"},
    {"units that differ by case, the other one", TEMPERATURE, "20", "f", UNIT_CONVERTED, "40"},
    {"a unit the rule does not know", WEIGHT, "70", "stone", UNIT_UNKNOWN, NULL},
    {"no unit name at all", WEIGHT, "70", "", UNIT_UNKNOWN, NULL},
    {"the micro sign", MASS, "250", "\u00B5g", UNIT_CONVERTED, "0.250"},
    {"mu, which looks the same", MASS, "250", "\u03BCg", UNIT_CONVERTED, "0.250"},
    {"a negative number", MASS, "-2", "g", UNIT_CONVERTED, "-2000"},
    {"a number that leaves the exact range", MASS,
     "9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999"
     "999"
     "999999999999999999999999999999999999999999999999",
     "g", UNIT_OVERFLOW, NULL},
};

static const struct unit_plan *
plan_of(int row)
{
    size_t count = unit_cases[row].row_count;
    struct unit_conversion *conversions = arena_array(&arena, struct unit_conversion, count);
    struct unit_rule rule = {.to = unit_cases[row].to, .conversions = conversions, .conversion_count = count};

    for (size_t i = 0; i < count; i++) {
        const struct unit_row *given = &unit_cases[row].rows[i];

        conversions[i] =
            (struct unit_conversion){given->from, decimal_of(given->factor), decimal_of(given->offset)};
    }
    return unit_plan_new(&arena, &rule);
}

START_TEST(converts)
{
    struct decimal_wide result;
    char text[DECIMAL_TEXT_MAX] = "";
    bool turns = false;
    enum unit_outcome outcome = unit_convert(plan_of(_i), &arena, text_of(unit_cases[_i].unit),
                                             decimal_of(unit_cases[_i].number), &result, &turns);

    ck_assert_msg(outcome == unit_cases[_i].outcome, "%s: the outcome is %d", unit_cases[_i].name,
                  (int)outcome);
    if (outcome != UNIT_CONVERTED)
        return;
    decimal_format(&result.value, text);
    ck_assert_msg(strcmp(text, unit_cases[_i].result) == 0, "%s: it is %s", unit_cases[_i].name, text);
}
END_TEST

START_TEST(a_name_that_folds_to_two_units_is_unknown)
{
    static const struct unit_conversion conversions[] = {{.from = "Mg"}, {.from = "mG"}};
    struct unit_rule rule = {.to = "kg", .conversions = conversions, .conversion_count = 2};
    struct decimal_wide result;
    bool turns = false;

    ck_assert(unit_convert(unit_plan_new(&arena, &rule), &arena, text_of("mg"), decimal_of("1"), &result,
                           &turns) == UNIT_UNKNOWN);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("units");
    TCase *cases = tcase_create("units");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, converts, 0, LENGTH(unit_cases));
    tcase_add_test(cases, a_name_that_folds_to_two_units_is_unknown);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
