/*
 * Every expected value is what PostgreSQL 15 answers for the same numeric expression, except OVERFLOW where
 * its result leaves the exact range of 512 bits and 150 places. Rows marked (numeric.sql) are facts of
 * PostgreSQL's own regression test.
 */
#include "crfd/value/decimal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

#define NINES_38  "99999999999999999999999999999999999999"
#define ZEROS_50  "00000000000000000000000000000000000000000000000000"
#define ZEROS_150 ZEROS_50 ZEROS_50 ZEROS_50
#define TWO_POW_512                                                                                          \
    "134078079299425970995740249982058461274793658205923933777235614437217640300735469768018742981669034276" \
    "900"                                                                                                    \
    "31858186486050853753882811946569946433649006084096"
#define TWO_POW_512_LESS_1                                                                                   \
    "134078079299425970995740249982058461274793658205923933777235614437217640300735469768018742981669034276" \
    "900"                                                                                                    \
    "31858186486050853753882811946569946433649006084095"
#define TWO_POW_511                                                                                          \
    "670390396497129854978701249910292306373968291029619668886178072186088201503677348840093714908345171384" \
    "501"                                                                                                    \
    "5929093243025426876941405973284973216824503042048"

struct row {
    const char *says;
    const char *a;
    const char *op;
    const char *b; /* a decimal, or digits for round and trunc */
    const char *expected;
};

static const struct row sums[] = {
    {"the larger scale wins", "1.5", "+", "2.25", "3.75"},
    {"trailing zeros of the longer operand stay", "1.500", "+", "1.5", "3.000"},
    {"trailing zeros stay when the value does not need them", "0.50", "-", "0.5", "0.00"},
    {"a sum of opposite numbers is an unsigned zero", "-7.25", "+", "7.25", "0.00"},
    {"zero keeps its scale as an operand", "5", "+", "0.000", "5.000"},
    {"zero minus a number is its opposite", "0", "-", "0.7", "-0.7"},
    {"the sign is that of the larger magnitude", "3", "+", "-10.5", "-7.5"},
    {"two negatives add up", "-3", "+", "-10.5", "-13.5"},
    {"minus a negative adds", "3", "-", "-10.5", "13.5"},
    {"one limb carries into two", "18446744073709551615", "+", "1", "18446744073709551616"},
    {"two limbs shrink to one", "18446744073709551616", "-", "1", "18446744073709551615"},
    {"scales nineteen apart stay small", "18446744073709551615", "+", "0.0000000000000000001",
     "18446744073709551615.0000000000000000001"},
    {"scales twenty apart need the wide path", "18446744073709551615", "-", "0.00000000000000000001",
     "18446744073709551614.99999999999999999999"},
    {"scales twenty apart the other way round", "0.00000000000000000001", "-", "5",
     "-4.99999999999999999999"},
    {"a difference of one in the last place", "1.1", "-", "1.0", "0.1"},
    {"a carry runs through many limbs", NINES_38 NINES_38, "+", "1",
     "10000000000000000000000000000000000000000000000000000000000000000000000000000"},
    {"a borrow runs through many limbs", "10000000000000000000000000000000000000000000000000000000000000",
     "-", "1", "9999999999999999999999999999999999999999999999999999999999999"},
    {"zero with one limb plus many limbs", "0.0", "-", NINES_38, "-" NINES_38 ".0"},
    {"the largest coefficient can be reached", TWO_POW_512_LESS_1, "-", "0", TWO_POW_512_LESS_1},
    {"the largest coefficient cannot be passed", TWO_POW_512_LESS_1, "+", "1", "OVERFLOW"},
    {"the largest coefficient has no room for a place", TWO_POW_512_LESS_1, "+", "0.0", "OVERFLOW"},
    {"an intermediate beyond the range may come back",
     "13407807929942597099574024998205846127479365820592393377723561443721764030073546"
     "97680187429816690342769003185818648605085375388281194656994643364900608410",
     "-",
     "13407807929942597099574024998205846127479365820592393377723561443721764030073546"
     "97680187429816690342769003185818648605085375388281194656994643364900608409.5",
     "0.5"},
};

static const struct row products[] = {
    {"scales add up", "1.50", "*", "2.0", "3.000"},
    {"zero times a number keeps both scales", "0.0", "*", "12.345", "0.0000"},
    {"zero is never negative", "-0.0", "*", "5", "0.0"},
    {"a negative times zero is zero", "-5", "*", "0", "0"},
    {"signs multiply", "-0.5", "*", "-0.5", "0.25"},
    {"one limb times one limb fills two", "18446744073709551615", "*", "18446744073709551615",
     "340282366920938463426481119284349108225"},
    {"many limbs times one limb", NINES_38 "." NINES_38, "*", "-7",
     "-699999999999999999999999999999999999999.99999999999999999999999999999999999993"},
    {"one limb times many limbs", "-7", "*", NINES_38 "." NINES_38,
     "-699999999999999999999999999999999999999.99999999999999999999999999999999999993"},
    {"many limbs times zero", NINES_38, "*", "0.0", "0.0"},
    {"the scale may reach 150", "1e-75", "*", "1e-75",
     "0." ZEROS_50 ZEROS_50 "00000000000000000000000000000000000000000000000001"},
    {"the scale may not reach 151", "1e-75", "*", "1e-76", "OVERFLOW"},
    {"the scale of a zero may not reach 151, too", "0e-75", "*", "1e-76", "OVERFLOW"},
    {"512 bits are the end", TWO_POW_511, "*", "2", "OVERFLOW"},
};

static const struct row quotients[] = {
    {"a third of one has twenty places", "1", "/", "3", "0.33333333333333333333"},
    {"two thirds round half up", "2", "/", "3", "0.66666666666666666667"},
    {"rounding goes away from zero", "-2", "/", "3", "-0.66666666666666666667"},
    {"equal leading groups count as a smaller dividend", "3", "/", "3", "1.00000000000000000000"},
    {"a larger leading group gives a weight of zero", "10", "/", "3", "3.3333333333333333"},
    {"10000 opens a new group", "10000", "/", "3", "3333.3333333333333333"},
    {"a dividend of a higher group needs fewer places", "100000000", "/", "3", "33333333.333333333333"},
    {"no place is lost that an operand has", "100000000.0000000000000000000001", "/", "3",
     "33333333.3333333333333333333334"},
    {"the divisor's places count as well", "100000000", "/", "3.0000000000000000000000",
     "33333333.3333333333333333333333"},
    {"a divisor below one", "1", "/", "0.003", "333.3333333333333333"},
    {"the first group of 0.5 is 5000", "0.4", "/", "0.5", "0.80000000000000000000"},
    {"the first group of 0.6 is above that of 0.5", "0.6", "/", "0.5", "1.2000000000000000"},
    {"the first group of 0.5 is above that of 0.06", "0.5", "/", "0.06", "8.3333333333333333"},
    {"nine digits are three groups", "500000000", "/", "3", "166666666.66666667"},
    {"an exact half of the last place goes up", "1", "/", "33554432", "0.000000029802322387695313"},
    {"an exact half of many limbs goes up", "-1e40", "/", "33554432e40", "-0.000000029802322387695313"},
    {"small operands of scales far apart", "1", "/", "7e-25",
     "1428571428571428571428571.4285714285714285714285714"},
    {"zero divided has the estimated places", "0", "/", "3", "0.00000000000000000000"},
    {"zero with places divided by a fraction", "0.000", "/", "0.0003", "0.0000000000000000"},
    {"nearly one", "999999999999999999999", "/", "1000000000000000000000", "1.00000000000000000000"},
    {"a whole quotient of equal numbers (numeric.sql)", "70.0", "/", "70", "1.00000000000000000000"},
    {"a two-group divisor (numeric.sql)", "12345678901234567890", "/", "123", "100371373180768845"},
    {"half of the last place goes up", "0.00000000000000000001", "/", "2",
     "0.0000000000000000000050000000000000000000"},
    {"body mass index", "72.5", "/", "3.0276", "23.9463601532567050"},
    {"a divisor of many limbs", "1", "/", NINES_38,
     "0.00000000000000000000000000000000000001000000000000000000"},
    {"many limbs by many limbs", NINES_38 NINES_38, "/", NINES_38, "100000000000000000000000000000000000001"},
    {"one by zero fails", "1", "/", "0", "DIVISION BY ZERO"},
    {"zero by a zero with places fails", "0", "/", "0.00", "DIVISION BY ZERO"},
    {"a quotient of more than 150 places", "1e-100", "/", "1e50", "OVERFLOW"},
    {"a quotient of 148 places", "1e-80", "/", "1e50",
     "0." ZEROS_50 ZEROS_50 "000000000000000000000000000001000000000000000000"},
    {"a quotient above 512 bits", "1e150", "/", "1e-10", "OVERFLOW"},
};

static const struct row remainders[] = {
    {"the sign is the dividend's", "-7", "%", "3", "-1"},
    {"the divisor's sign does not matter", "7", "%", "-3", "1"},
    {"the larger scale wins", "7.5", "%", "0.20", "0.10"},
    {"a zero remainder keeps the scale (numeric.sql)", "70.0", "%", "70", "0.0"},
    {"a smaller dividend stays", "-0.5", "%", "3", "-0.5"},
    {"twenty digits by three (numeric.sql)", "12345678901234567890", "%", "123", "78"},
    {"just below the divisor (numeric.sql)", "999999999999999999999", "%", "1000000000000000000000",
     "999999999999999999999"},
    {"negative and many limbs (numeric.sql)", "-9999999999999999999999", "%", "1000000000000000000000",
     "-999999999999999999999"},
    {"scales far apart", "1e150", "%", "0.0000000000000000000000000000000000000000007",
     "0.0000000000000000000000000000000000000000003"},
    {"a divisor beyond 512 bits at the common scale", "1e-150", "%", "1e150",
     "0." ZEROS_50 ZEROS_50 "00000000000000000000000000000000000000000000000001"},
    {"the remainder of zero", "0", "%", "3.00", "0.00"},
    {"a divisor of zero fails", "5", "%", "0.0", "DIVISION BY ZERO"},
};

static const struct row roots[] = {
    {"a root has 16 digits, estimated by groups of four", "2", "sqrt", "", "1.414213562373095"},
    {"a root of a larger group has fewer places", "10000", "sqrt", "", "100.0000000000000"},
    {"a root of a fraction has more places", "0.00000001234", "sqrt", "", "0.0001110855526159905"},
    {"a root has the places of its operand at least", "1.23456789012345678901234567890", "sqrt", "",
     "1.11111110611111109936111105819"},
    {"a root of zero", "0.0", "sqrt", "", "0.000000000000000"},
    {"a root is rounded half up", "0.00000000000000025", "sqrt", "", "0.00000001581138830084190"},
    {"a whole power shows 16 places", "1.5", "^", "2", "2.2500000000000000"},
    {"or those of the base", "1.00000000000000000001", "^", "1", "1.00000000000000000001"},
    {"trailing zeros of the base do not count", "1.7200000000000000", "^", "2", "2.9584000000000000"},
    {"a power of zero", "0.00", "^", "2000000000", "0.0000000000000000"},
    {"an even power of minus one", "-1", "^", "123456", "1.0000000000000000"},
    {"an odd power of minus one", "-1.0", "^", "1234567", "-1.0000000000000000"},
    {"the power zero", "-7", "^", "0", "1.0000000000000000"},
    {"zero to the power zero", "0", "^", "0", "1.0000000000000000"},
    {"an odd power of a negative base", "-2", "^", "3.0", "-8.0000000000000000"},
    {"an even power of a negative base", "-2", "^", "4", "16.0000000000000000"},
    {"a whole quotient", "7.9", "div", "2", "3"},
    {"a whole quotient is cut towards zero", "-7.5", "div", "2", "-3"},
    {"a whole quotient of places", "1", "div", "0.03", "33"},
};

static const struct row roundings[] = {
    {"half goes away from zero", "2.5", "round", "0", "3"},
    {"a negative half goes away from zero", "-2.5", "round", "0", "-3"},
    {"below half goes to zero", "-5.499999", "round", "0", "-5"},
    {"places are appended", "1.5", "round", "3", "1.500"},
    {"zero gets places", "0", "round", "2", "0.00"},
    {"what rounds to zero has no sign", "-0.4", "round", "0", "0"},
    {"a carry lengthens the number", "99.95", "round", "1", "100.0"},
    {"negative digits round before the point", "1250", "round", "-2", "1300"},
    {"negative digits leave no places", "-1249.99", "round", "-2", "-1200"},
    {"the first digit may round to the next power", "7", "round", "-1", "10"},
    {"beyond the first digit is zero", "99", "round", "-3", "0"},
    {"the digit before the first decides", "50", "round", "-2", "100"},
    {"minus 2000 digits leave zero", "12345.678", "round", "-2000", "0"},
    {"the smallest int leaves zero", NINES_38 ".5", "round", "-2147483648", "0"},
    {"nineteen dropped digits", "1.9999999999999999999", "round", "0", "2"},
    {"forty dropped digits", "1.4999999999999999999999999999999999999999", "round", "0", "1"},
    {"150 places are the most", "1", "round", "150", "1." ZEROS_150},
    {"151 places are too many", "0", "round", "151", "OVERFLOW"},
    {"places that the coefficient has no room for", NINES_38, "round", "120", "OVERFLOW"},
    {"2.5 * 10^-5 (numeric.sql)", "-0.000025", "round", "5", "-0.00003"},
    {"1.5 * 10^3 (numeric.sql)", "1500", "round", "-3", "2000"},
    {"0.5 * 10^4 (numeric.sql)", "-5000", "round", "-4", "-10000"},
    {"truncation goes to zero", "-2.99", "trunc", "1", "-2.9"},
    {"truncation appends places, too", "2.5", "trunc", "2", "2.50"},
    {"truncation before the point", "1999.99", "trunc", "-3", "1000"},
    {"what truncates to zero has no sign", "-0.99", "trunc", "0", "0"},
    {"ceil goes up (numeric.sql)", "9.4999999", "ceil", "", "10"},
    {"ceil of a negative goes to zero (numeric.sql)", "-5.5", "ceil", "", "-5"},
    {"ceil of a tiny number (numeric.sql)", "0.0000001", "ceil", "", "1"},
    {"ceil of a tiny negative has no sign (numeric.sql)", "-0.000001", "ceil", "", "0"},
    {"ceil of a whole number drops its places", "7.000", "ceil", "", "7"},
    {"floor goes down (numeric.sql)", "-5.499999", "floor", "", "-6"},
    {"floor of a positive goes to zero", "5.99", "floor", "", "5"},
    {"floor of a tiny negative (numeric.sql)", "-0.000001", "floor", "", "-1"},
    {"floor of a zero drops its places (numeric.sql)", "0.0", "floor", "", "0"},
    {"floor of many limbs carries", "-" NINES_38 ".00000000000000000000000000000000000001", "floor", "",
     "-100000000000000000000000000000000000000"},
    {"negating flips the sign", "1.50", "neg", "", "-1.50"},
    {"negating back", "-1.50", "neg", "", "1.50"},
    {"negating zero leaves it unsigned", "0.0", "neg", "", "0.0"},
    {"the absolute value keeps the places", "-1.50", "abs", "", "1.50"},
};

static const struct row readings[] = {
    {"a plain number", "36.2", "in", "", "36.2"},
    {"trailing zeros are kept", "36.20", "in", "", "36.20"},
    {"leading zeros go", "036.2", "in", "", "36.2"},
    {"a plus sign goes", "+5", "in", "", "5"},
    {"a point may come first", ".5", "in", "", "0.5"},
    {"a point may come last", "5.", "in", "", "5"},
    {"a sign before a point", "-.05", "in", "", "-0.05"},
    {"minus zero is zero", "-0.00", "in", "", "0.00"},
    {"an exponent without places", "1e3", "in", "", "1000"},
    {"an exponent takes places", "1.50e1", "in", "", "15.0"},
    {"an exponent takes all places", "1.50E+2", "in", "", "150"},
    {"a negative exponent gives places", "15e-3", "in", "", "0.015"},
    {"zero with an exponent stays zero", "0e10", "in", "", "0"},
    {"zero with a huge exponent stays zero", "0e1073741822", "in", "", "0"},
    {"an exponent beyond half an int is refused even for zero", "0e1073741823", "in", "", "OVERFLOW"},
    {"zero with a negative exponent gets places", "0e-5", "in", "", "0.00000"},
    {"an exponent may have leading zeros", "2e0000000000000000000000003", "in", "", "2000"},
    {"strtol skips blanks before an exponent", "1e 3", "in", "", "1000"},
    {"nineteen digits", "9999999999999999999", "in", "", "9999999999999999999"},
    {"twenty digits", "99999999999999999999", "in", "", "99999999999999999999"},
    {"inner zero chunks are kept", "-1" ZEROS_50 "1", "in", "", "-1" ZEROS_50 "1"},
    {"the largest coefficient", "-" TWO_POW_512_LESS_1, "in", "", "-" TWO_POW_512_LESS_1},
    {"one more is too much", TWO_POW_512, "in", "", "OVERFLOW"},
    {"a power of ten with 155 digits", "1e154", "in", "", "1" ZEROS_150 "0000"},
    {"a power of ten with 156 digits", "1e155", "in", "", "OVERFLOW"},
    {"1e999 is beyond", "1e999", "in", "", "OVERFLOW"},
    {"the exponent may be beyond int64", "1e-99999999999999999999999", "in", "", "OVERFLOW"},
    {"150 places", "1e-150", "in", "",
     "0." ZEROS_50 ZEROS_50 "00000000000000000000000000000000000000000000000001"},
    {"151 places", "1e-151", "in", "", "OVERFLOW"},
    {"zeros count as places", "0." ZEROS_150 "0", "in", "", "OVERFLOW"},
    {"leading zeros do not count as digits", ZEROS_150 ZEROS_50 "12", "in", "", "12"},
    {"no text is no number", "", "in", "", "SYNTAX"},
    {"a sign is no number", "-", "in", "", "SYNTAX"},
    {"a point is no number", ".", "in", "", "SYNTAX"},
    {"two signs are no number", "--1", "in", "", "SYNTAX"},
    {"two points are no number", "1.2.3", "in", "", "SYNTAX"},
    {"an exponent needs digits", "1e", "in", "", "SYNTAX"},
    {"an exponent needs digits behind its sign", "1e+", "in", "", "SYNTAX"},
    {"an exponent has no point", "1e5.0", "in", "", "SYNTAX"},
    {"an exponent needs a number", "e5", "in", "", "SYNTAX"},
    {"a wrong text is a syntax error though it is long",
     ZEROS_50 NINES_38 NINES_38 NINES_38 NINES_38 NINES_38 "x", "in", "", "SYNTAX"},
    {"leading blanks are the caller's business", " 1", "in", "", "SYNTAX"},
    {"trailing blanks are the caller's business", "1 ", "in", "", "SYNTAX"},
    {"inner blanks (numeric.sql)", "- 1234", "in", "", "SYNTAX"},
    {"a comma is no point", "1,5", "in", "", "SYNTAX"},
    {"no digit separators", "1_000", "in", "", "SYNTAX"},
    {"no hexadecimal numbers", "0x1F", "in", "", "SYNTAX"},
    {"not-a-number is refused", "NaN", "in", "", "SYNTAX"},
    {"infinity is refused", "-Infinity", "in", "", "SYNTAX"},
    {"full-width digits are the caller's business", "\xEF\xBC\x91", "in", "", "SYNTAX"},
};

static const struct row comparisons[] = {
    {"trailing zeros do not matter", "1.0", "cmp", "1.00", "0"},
    {"zeros are equal", "0", "cmp", "-0.000", "0"},
    {"a smaller number", "1.05", "cmp", "1.5", "-1"},
    {"a larger number", "2", "cmp", "1.999", "1"},
    {"a negative is below zero", "-0.1", "cmp", "0", "-1"},
    {"zero is below a positive", "0.00", "cmp", "0.001", "-1"},
    {"negatives turn the order", "-2", "cmp", "-1.999", "-1"},
    {"signs decide before magnitudes", "-9", "cmp", "1", "-1"},
    {"all bits of a limb count", "18446744073709551615", "cmp", "1", "1"},
    {"one limb scaled up against two limbs", "18446744073709551615", "cmp", "18446744073709551615.1", "-1"},
    {"scales nineteen apart", "1", "cmp", "1.0000000000000000001", "-1"},
    {"scales twenty apart", "1", "cmp", "0.99999999999999999999", "1"},
    {"scales twenty apart the other way round", "0.99999999999999999999", "cmp", "1", "-1"},
    {"scales 150 apart", "-" TWO_POW_512_LESS_1, "cmp", "-1e-150", "-1"},
    {"many limbs are equal", NINES_38 ".0", "cmp", NINES_38, "0"},
    {"many negative limbs turn the order", "-" NINES_38, "cmp", "-" NINES_38 ".1", "1"},
};

static const struct row integers[] = {
    {"an integer", "42", "int", "", "42"},
    {"half goes away from zero", "-2.5", "int", "", "-3"},
    {"below half goes to zero", "2.4999999999999999999999", "int", "", "2"},
    {"places of zero", "0.00", "int", "", "0"},
    {"the largest bigint", "9223372036854775807.4", "int", "", "9223372036854775807"},
    {"one more by rounding", "9223372036854775807.5", "int", "", "OVERFLOW"},
    {"the smallest bigint", "-9223372036854775808.49", "int", "", "-9223372036854775808"},
    {"one less by rounding", "-9223372036854775808.5", "int", "", "OVERFLOW"},
    {"two limbs", "18446744073709551616", "int", "", "OVERFLOW"},
};

static const char *
status_text(enum decimal_status status)
{
    static const char *const texts[] = {
        [DECIMAL_OK] = "OK",
        [DECIMAL_SYNTAX] = "SYNTAX",
        [DECIMAL_OVERFLOW] = "OVERFLOW",
        [DECIMAL_DIVISION_BY_ZERO] = "DIVISION BY ZERO",
        [DECIMAL_NEGATIVE_ROOT] = "NEGATIVE ROOT",
        [DECIMAL_INEXACT] = "INEXACT",
    };

    return texts[status];
}

/* An operand with no byte of room beyond its limbs, so that a sanitizer sees a read behind them. */
static struct decimal *
exact_copy(const struct decimal *a)
{
    size_t size_bytes = sizeof(*a) + a->size * sizeof(a->limbs[0]);
    struct decimal *copy = malloc(size_bytes);

    ck_assert(copy != NULL);
    memcpy(copy, a, size_bytes);
    return copy;
}

static struct decimal *
operand(const struct row *row, const char *text)
{
    struct decimal_wide wide;
    enum decimal_status status = decimal_parse(text, strlen(text), &wide);

    ck_assert_msg(status == DECIMAL_OK, "%s: reading %s: %s", row->says, text, status_text(status));
    return exact_copy(&wide.value);
}

static enum decimal_status
to_int(const struct decimal *a, struct decimal_wide *out)
{
    int64_t number = 0;
    enum decimal_status status = decimal_to_int(a, &number);

    if (status == DECIMAL_OK)
        decimal_from_int(number, out);
    return status;
}

static enum decimal_status
calculate(const struct row *row, const struct decimal *a, const struct decimal *b, struct decimal_wide *out)
{
    int digits = (int)strtol(row->b, NULL, 10);

    if (strcmp(row->op, "+") == 0)
        return decimal_add(a, b, out);
    if (strcmp(row->op, "-") == 0)
        return decimal_subtract(a, b, out);
    if (strcmp(row->op, "*") == 0)
        return decimal_multiply(a, b, out);
    if (strcmp(row->op, "/") == 0)
        return decimal_divide(a, b, out);
    if (strcmp(row->op, "%") == 0)
        return decimal_modulo(a, b, out);
    if (strcmp(row->op, "sqrt") == 0)
        return decimal_root(a, out);
    if (strcmp(row->op, "^") == 0)
        return decimal_power(a, b, out);
    if (strcmp(row->op, "div") == 0)
        return decimal_quotient(a, b, out);
    if (strcmp(row->op, "round") == 0)
        return decimal_round(a, digits, out);
    if (strcmp(row->op, "trunc") == 0)
        return decimal_truncate(a, digits, out);
    if (strcmp(row->op, "ceil") == 0)
        return decimal_ceil(a, out);
    if (strcmp(row->op, "floor") == 0)
        return decimal_floor(a, out);
    if (strcmp(row->op, "int") == 0)
        return to_int(a, out);
    if (strcmp(row->op, "cmp") == 0)
        decimal_from_int(decimal_compare(a, b), out);
    else if (strcmp(row->op, "neg") == 0)
        decimal_negate(a, out);
    else if (strcmp(row->op, "abs") == 0)
        decimal_abs(a, out);
    else
        ck_abort_msg("%s: no operation %s", row->says, row->op);
    return DECIMAL_OK;
}

static void
expect(const struct row *row, const char *how, enum decimal_status status, const struct decimal_wide *result)
{
    char text[DECIMAL_TEXT_MAX];

    if (status == DECIMAL_OK) {
        size_t length = decimal_format(&result->value, text);

        ck_assert_uint_eq(length, strlen(text));
    } else {
        snprintf(text, sizeof(text), "%s", status_text(status));
    }
    ck_assert_msg(strcmp(text, row->expected) == 0, "%s: %s %s %s is %s, not %s%s", row->says, row->a,
                  row->op, row->b, row->expected, text, how);
}

/* The result as an object of its own, and in the place of each operand. */
static void
check_row(const struct row *row)
{
    bool has_b =
        strchr("+-*/%^", row->op[0]) != NULL || strcmp(row->op, "cmp") == 0 || strcmp(row->op, "div") == 0;
    struct decimal *a = operand(row, row->a);
    struct decimal *b = operand(row, has_b ? row->b : "0");
    struct decimal_wide result;
    struct decimal_wide in_place = {0};

    expect(row, "", calculate(row, a, b, &result), &result);
    memcpy(&in_place, a, sizeof(*a) + a->size * sizeof(a->limbs[0]));
    expect(row, " (into its first operand)", calculate(row, &in_place.value, b, &in_place), &in_place);
    memcpy(&in_place, b, sizeof(*b) + b->size * sizeof(b->limbs[0]));
    expect(row, " (into its second operand)", calculate(row, a, &in_place.value, &in_place), &in_place);
    free(a);
    free(b);
}

START_TEST(adds_and_subtracts_as_numeric)
{
    check_row(&sums[_i]);
}
END_TEST

START_TEST(multiplies_as_numeric)
{
    check_row(&products[_i]);
}
END_TEST

START_TEST(divides_as_numeric)
{
    check_row(&quotients[_i]);
}
END_TEST

START_TEST(takes_remainders_as_numeric)
{
    check_row(&remainders[_i]);
}
END_TEST

START_TEST(takes_roots_and_powers_as_numeric)
{
    check_row(&roots[_i]);
}
END_TEST

START_TEST(rounds_as_numeric)
{
    check_row(&roundings[_i]);
}
END_TEST

START_TEST(compares_as_numeric)
{
    check_row(&comparisons[_i]);
}
END_TEST

START_TEST(becomes_bigint_as_numeric)
{
    check_row(&integers[_i]);
}
END_TEST

START_TEST(reads_and_writes_as_numeric)
{
    const struct row *row = &readings[_i];
    size_t length = strlen(row->a);
    char *unterminated = malloc(length + 1);
    struct decimal_wide result;

    ck_assert(unterminated != NULL);
    /* What stands behind the text is not read: a digit there would change every number. */
    memcpy(unterminated, row->a, length);
    unterminated[length] = '7';
    expect(row, "", decimal_parse(unterminated, length, &result), &result);
    free(unterminated);
}
END_TEST

static const struct row failures[] = {
    {"a sum beyond the range", TWO_POW_512_LESS_1, "+", "1", "OVERFLOW"},
    {"a product with too many places", "1e-75", "*", "1e-76", "OVERFLOW"},
    {"a product beyond the range", TWO_POW_511, "*", "2", "OVERFLOW"},
    {"a quotient by zero", "1", "/", "0", "DIVISION BY ZERO"},
    {"a quotient beyond the range", "1e150", "/", "1e-10", "OVERFLOW"},
    {"a remainder by zero", "1", "%", "0", "DIVISION BY ZERO"},
    {"a root of a negative number", "-1", "sqrt", "0", "NEGATIVE ROOT"},
    {"a power with more places than are shown", "1.00001", "^", "4", "INEXACT"},
    {"a power that is not whole", "2", "^", "0.5", "INEXACT"},
    {"a power below zero", "2", "^", "-1", "INEXACT"},
    {"a large power of a number", "2", "^", "1001", "INEXACT"},
    {"a power beyond the range", "2", "^", "512", "OVERFLOW"},
    {"a whole quotient by zero", "1", "div", "0.0", "DIVISION BY ZERO"},
    {"too many places to round to", "1", "round", "151", "OVERFLOW"},
};

START_TEST(a_failure_leaves_the_output_alone)
{
    const struct row *row = &failures[_i];
    struct decimal *a = operand(row, row->a);
    struct decimal *b = operand(row, row->b);
    struct decimal_wide result;
    struct decimal_wide before;

    memset(&result, 0x5a, sizeof(result));
    before = result;
    ck_assert_msg(calculate(row, a, b, &result) != DECIMAL_OK, "%s", row->says);
    ck_assert_msg(memcmp(&before, &result, sizeof(before)) == 0, "%s", row->says);
    free(a);
    free(b);
}
END_TEST

static const int64_t round_trips[] = {0, 1, -1, 10000, INT64_MAX, INT64_MIN, INT64_MIN + 1};

START_TEST(an_int_becomes_a_decimal_and_comes_back)
{
    struct decimal_wide wide;
    char text[DECIMAL_TEXT_MAX];
    char expected[32];
    int64_t back = 0;

    decimal_from_int(round_trips[_i], &wide);
    decimal_format(&wide.value, text);
    snprintf(expected, sizeof(expected), "%lld", (long long)round_trips[_i]);
    ck_assert_str_eq(text, expected);
    ck_assert_int_eq(decimal_to_int(&wide.value, &back), DECIMAL_OK);
    ck_assert_int_eq(back, round_trips[_i]);
}
END_TEST

/* The groups of numeric_send; sign and scale stand in the decimal itself. */
static const struct {
    const char *says;
    const char *number;
    int count, weight;
    uint16_t first, last;
} groups[] = {
    {"zero has no groups", "0.00", 0, 0, 0, 0},
    {"one group", "42", 1, 0, 42, 42},
    {"groups are aligned at the point", "12345.6", 3, 1, 1, 6000},
    {"a fraction is filled to whole groups", "0.5", 1, -1, 5000, 5000},
    {"leading zero groups are left out", "0.00000001", 1, -2, 1, 1},
    {"a short fraction behind zeros", "-0.00001", 1, -2, 1000, 1000},
    {"trailing zero groups are left out", "120000.0000", 1, 1, 12, 12},
    {"inner zero groups stay", "100000000.0001", 4, 2, 1, 1},
    {"a trailing zero group behind the point", "1.00010000", 2, 0, 1, 1},
    {"many limbs", NINES_38 "." NINES_38, 20, 9, 99, 9900},
    {"the most digits", TWO_POW_512_LESS_1, 39, 38, 134, 4095},
    {"150 places", "1e-150", 1, -38, 100, 100},
};

START_TEST(splits_into_the_groups_of_the_wire_format)
{
    struct decimal_wide wide;
    struct decimal_groups found;
    const char *says = groups[_i].says;

    ck_assert_int_eq(decimal_parse(groups[_i].number, strlen(groups[_i].number), &wide), DECIMAL_OK);
    decimal_to_groups(&wide.value, &found);
    ck_assert_msg(found.count == groups[_i].count, "%s: count %d", says, found.count);
    ck_assert_msg(found.weight == groups[_i].weight, "%s: weight %d", says, found.weight);
    if (found.count == 0)
        return;
    ck_assert_msg(found.groups[0] == groups[_i].first, "%s: first %d", says, found.groups[0]);
    ck_assert_msg(found.groups[found.count - 1] == groups[_i].last, "%s: last %d", says,
                  found.groups[found.count - 1]);
}
END_TEST

START_TEST(a_copy_lives_in_the_arena_with_just_its_limbs)
{
    struct arena arena;
    struct decimal_wide wide;
    char text[DECIMAL_TEXT_MAX];

    arena_init(&arena, 4096, 0);
    ck_assert_int_eq(decimal_parse("-1234.50", 8, &wide), DECIMAL_OK);

    const struct decimal *copy = decimal_copy(&arena, &wide.value);

    memset(&wide, 0, sizeof(wide));
    decimal_format(copy, text);
    ck_assert_str_eq(text, "-1234.50");
    ck_assert_int_eq(decimal_sign(copy), -1);
    arena_destroy(&arena);
}
END_TEST

static Suite *
decimal_suite(void)
{
    Suite *suite = suite_create("decimal");
    TCase *tcase = tcase_create("decimal");

    tcase_add_loop_test(tcase, adds_and_subtracts_as_numeric, 0, COUNT(sums));
    tcase_add_loop_test(tcase, multiplies_as_numeric, 0, COUNT(products));
    tcase_add_loop_test(tcase, divides_as_numeric, 0, COUNT(quotients));
    tcase_add_loop_test(tcase, takes_roots_and_powers_as_numeric, 0, COUNT(roots));
    tcase_add_loop_test(tcase, takes_remainders_as_numeric, 0, COUNT(remainders));
    tcase_add_loop_test(tcase, rounds_as_numeric, 0, COUNT(roundings));
    tcase_add_loop_test(tcase, compares_as_numeric, 0, COUNT(comparisons));
    tcase_add_loop_test(tcase, becomes_bigint_as_numeric, 0, COUNT(integers));
    tcase_add_loop_test(tcase, reads_and_writes_as_numeric, 0, COUNT(readings));
    tcase_add_loop_test(tcase, a_failure_leaves_the_output_alone, 0, COUNT(failures));
    tcase_add_loop_test(tcase, an_int_becomes_a_decimal_and_comes_back, 0, COUNT(round_trips));
    tcase_add_loop_test(tcase, splits_into_the_groups_of_the_wire_format, 0, COUNT(groups));
    tcase_add_test(tcase, a_copy_lives_in_the_arena_with_just_its_limbs);
    suite_add_tcase(suite, tcase);
    return suite;
}

int
main(void)
{
    SRunner *runner = srunner_create(decimal_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
