/* Two texts, split by a line feed, as decimals: what is read is written back, and arithmetic keeps its laws. */
#include "crfd/value/decimal.h"

#include "fuzz.h"

#include <string.h>

static void
read_again(const struct decimal *a)
{
    struct decimal_wide again;
    char text[DECIMAL_TEXT_MAX];
    char twice[DECIMAL_TEXT_MAX];
    size_t length = decimal_format(a, text);

    FUZZ_REQUIRE(length < DECIMAL_TEXT_MAX && text[length] == '\0', "a text without its end");
    FUZZ_REQUIRE(decimal_parse(text, length, &again) == DECIMAL_OK, "what was written cannot be read");
    FUZZ_REQUIRE(decimal_compare(a, &again.value) == 0 && a->scale == again.value.scale,
                 "what is read again is another number");
    decimal_format(&again.value, twice);
    FUZZ_REQUIRE(strcmp(text, twice) == 0, "what is written again is another text");
}

static void
arithmetic(const struct decimal *a, const struct decimal *b)
{
    struct decimal_wide sum;
    struct decimal_wide back;
    struct decimal_wide product;
    struct decimal_wide quotient;
    struct decimal_groups groups;

    FUZZ_REQUIRE(decimal_compare(a, b) == -decimal_compare(b, a), "comparing is one-sided");
    if (decimal_add(a, b, &sum) == DECIMAL_OK) {
        read_again(&sum.value);
        if (decimal_subtract(&sum.value, b, &back) == DECIMAL_OK)
            FUZZ_REQUIRE(decimal_compare(&back.value, a) == 0, "a + b - b is not a");
    }
    if (decimal_multiply(a, b, &product) == DECIMAL_OK) {
        read_again(&product.value);
        FUZZ_REQUIRE(decimal_sign(&product.value) == decimal_sign(a) * decimal_sign(b), "a sign is wrong");
    }
    if (decimal_divide(a, b, &quotient) == DECIMAL_OK)
        read_again(&quotient.value);
    else
        FUZZ_REQUIRE(decimal_sign(b) != 0 || decimal_divide(a, b, &quotient) == DECIMAL_DIVISION_BY_ZERO,
                     "dividing by zero is another error");
    if (decimal_modulo(a, b, &back) == DECIMAL_OK) {
        read_again(&back.value);
        FUZZ_REQUIRE(decimal_sign(&back.value) * decimal_sign(a) >= 0, "a remainder has the wrong sign");
    }
    decimal_to_groups(a, &groups);
    FUZZ_REQUIRE(groups.count >= 0 && groups.count <= DECIMAL_GROUPS, "too many groups");
}

static void
rounding(const struct decimal *a)
{
    struct decimal_wide out;
    struct decimal_wide other;
    int64_t whole;

    for (int digits = -12; digits <= 12; digits += 3) {
        if (decimal_round(a, digits, &out) == DECIMAL_OK)
            read_again(&out.value);
        if (decimal_truncate(a, digits, &other) == DECIMAL_OK) {
            decimal_abs(&other.value, &other);
            decimal_abs(a, &out);
            FUZZ_REQUIRE(decimal_compare(&other.value, &out.value) <= 0, "truncating made it larger");
        }
    }
    if (decimal_ceil(a, &out) == DECIMAL_OK && decimal_floor(a, &other) == DECIMAL_OK)
        FUZZ_REQUIRE(decimal_compare(&other.value, a) <= 0 && decimal_compare(a, &out.value) <= 0,
                     "floor, number and ceiling are out of order");
    (void)decimal_to_int(a, &whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    const char *split = size > 0 ? memchr(text, '\n', size) : NULL;
    size_t first = split != NULL ? (size_t)(split - text) : size;
    struct decimal_wide a;
    struct decimal_wide b;

    if (decimal_parse(text, first, &a) != DECIMAL_OK)
        return 0;
    read_again(&a.value);
    rounding(&a.value);
    if (split != NULL && decimal_parse(split + 1, size - first - 1, &b) == DECIMAL_OK)
        arithmetic(&a.value, &b.value);
    return 0;
}
