/* Two texts, split by a line feed, as partial dates: what is read is written back, and comparing keeps its laws. */
#include "crfd/value/partial_date.h"

#include "fuzz.h"

#include <string.h>

static void
read_again(const struct partial_date *a)
{
    struct partial_date again;
    char text[40];
    char twice[40];
    size_t length = partial_date_format(a, text);

    FUZZ_REQUIRE(length < sizeof text && text[length] == '\0', "a text without its end");
    FUZZ_REQUIRE(partial_date_parse(text, length, &again), "what was written cannot be read");
    partial_date_format(&again, twice);
    FUZZ_REQUIRE(strcmp(text, twice) == 0, "what is written again is another text");
    FUZZ_REQUIRE(partial_date_earliest_us(a) <= partial_date_latest_us(a), "it ends before it begins");
    FUZZ_REQUIRE(partial_date_earliest_us(a) == partial_date_earliest_us(&again) &&
                     partial_date_latest_us(a) == partial_date_latest_us(&again),
                 "what is read again is another date");
}

static void
compare(const struct partial_date *a, const struct partial_date *b, bool by_day)
{
    enum truth less = partial_date_less(a, b, by_day);
    enum truth greater = partial_date_less(b, a, by_day);
    enum truth equal = partial_date_equal(a, b, by_day);

    FUZZ_REQUIRE(less != TRUTH_TRUE || (greater == TRUTH_FALSE && equal == TRUTH_FALSE), "less and not less");
    FUZZ_REQUIRE(equal != TRUTH_TRUE || (less == TRUTH_FALSE && greater == TRUTH_FALSE),
                 "equal and not equal");
    FUZZ_REQUIRE(equal == partial_date_equal(b, a, by_day), "being equal is one-sided");
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    const char *split = size > 0 ? memchr(text, '\n', size) : NULL;
    size_t first = split != NULL ? (size_t)(split - text) : size;
    struct partial_date a;
    struct partial_date b;

    if (!partial_date_parse(text, first, &a))
        return 0;
    read_again(&a);
    compare(&a, &a, true);
    if (split != NULL && partial_date_parse(split + 1, size - first - 1, &b)) {
        compare(&a, &b, true);
        compare(&a, &b, false);
    }
    return 0;
}
