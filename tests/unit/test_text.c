#include "clean/text.h"
#include "crfd/clean/clean.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { RANDOM_TEXTS = 4000, RANDOM_POINTS = 24, HOSTILE_BYTES = 1 << 20 };

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

struct step_case {
    const char *name;
    const char *given;
    const char *made; /* NULL: as given */
};

static void
check_step(const struct step_case *row, bool (*step)(struct arena *, struct text_span *))
{
    struct text_span text = text_of(row->given);
    bool changed = step(&arena, &text);
    const char *made = row->made != NULL ? row->made : row->given;

    ck_assert_msg(text_equal(text, text_of(made)), "%s: it is \"%.*s\"", row->name, (int)text.length,
                  text.bytes);
    ck_assert_msg(changed == (row->made != NULL), "%s: the step says that it %s it", row->name,
                  changed ? "changed" : "kept");
    ck_assert_msg(changed || text.bytes == row->given, "%s: an unchanged text was copied", row->name);
}

static const struct step_case normalize_cases[] = {
    {"ASCII is in form C", "36.2 kg", NULL},
    {"a letter and its mark are composed", "e\u0301", "\u00E9"},
    {"a composed letter is kept", "\u00E9", NULL},
    {"a letter with two marks is composed whatever their order", "o\u0302\u0323", "\u1ED9"},
    {"marks of different classes are put in order", "q\u0307\u0323", "q\u0323\u0307"},
    {"marks of one class keep their order", "q\u0301\u0300", NULL},
    {"the Kelvin sign is K", "\u212A", "K"},
    {"the Angstrom sign is a letter with a ring", "\u212B", "\u00C5"},
    {"the Ohm sign is Omega", "\u2126", "\u03A9"},
    {"a composition exclusion is taken apart", "\u0958", "\u0915\u093C"},
    {"conjoining jamo become a Hangul syllable", "\u1112\u1161\u11AB", "\uD55C"},
    {"a Hangul syllable takes up its last jamo", "\uD558\u11AB", "\uD55C"},
    {"an Indic vowel in two parts is composed", "\u0BC6\u0BBE", "\u0BCA"},
    {"a superscript is kept", "10\u2079/L", NULL},
    {"a full-width digit is kept", "\uFF13", NULL},
    {"a ligature is kept", "\uFB01", NULL},
    {"the micro sign is kept", "\u00B5g", NULL},
    {"Chinese is kept", "头痛", NULL},
    {"a lone mark is kept", "\u0301", NULL},
    {"a compatibility ideograph is the unified one", "\uF900", "\u8C48"},
    {"what is not assigned is kept", "\U000E0FFF", NULL},
};

START_TEST(normalize)
{
    check_step(&normalize_cases[_i], text_normalize);
}
END_TEST

static const struct step_case width_cases[] = {
    {"full-width digits", "３６．２", "36.2"},
    {"full-width letters", "ＡＢＣａｂｃ", "ABCabc"},
    {"the first and the last of the forms", "！～", "!~"},
    {"the ideographic space is a blank", "头　痛", "头 痛"},
    {"full-width punctuation between Chinese", "头痛，恶心", "头痛,恶心"},
    {"a superscript is kept", "10⁹/L", NULL},
    {"half-width katakana is kept", "ｱ", NULL},
    {"the full-width yen sign is kept", "￥", NULL},
    {"the Chinese full stop is kept", "痛。", NULL},
    {"a roman numeral is kept", "Ⅳ", NULL},
};

START_TEST(fold_width)
{
    check_step(&width_cases[_i], text_fold_width);
}
END_TEST

static const struct step_case control_cases[] = {
    {"a tab is a blank", "a\tb", "a b"},
    {"a line end is two blanks", "a\r\nb", "a  b"},
    {"NEL, LS and PS are blanks",
     "a\xC2\x85"
     "b\u2028c\u2029d",
     "a b c d"},
    {"a bell is out", "a\ab", "ab"},
    {"DEL is out",
     "a\x7F"
     "b",
     "ab"},
    {"C1 is out",
     "a\xC2\x9F"
     "b",
     "ab"},
    {"the byte order mark is out", "\uFEFFa", "a"},
    {"zero-width blanks and joiners are out", "a\u200Bb\u200Cc\u200Dd\u2060e", "abcde"},
    {"bidi controls are out", "\u202Ea\u202C\u2066b\u2069\u200F", "ab"},
    {"the soft hyphen is out", "a\u00ADb", "ab"},
    {"a no-break space stays for the next step", "a\u00A0b", NULL},
    {"a mark stays", "e\u0301", NULL},
    {"a private character stays", "\uE000", NULL},
};

START_TEST(strip_controls)
{
    check_step(&control_cases[_i], text_strip_controls);
}
END_TEST

static const struct step_case blank_cases[] = {
    {"single blanks inside stay", "not done yet", NULL},
    {"leading blanks go", "  a", "a"},
    {"trailing blanks go", "a  ", "a"},
    {"blanks inside become one", "a   b  c", "a b c"},
    {"a no-break space is a blank", "a\u00A0b", "a b"},
    {"all blanks of Unicode are blanks", "a\u1680\u2003\u2009\u202F\u205F\u3000b", "a b"},
    {"nothing but blanks is nothing", " \u00A0 ", ""},
    {"Chinese with a blank stays", "头 痛", NULL},
    {"no blank stays", "头痛", NULL},
};

START_TEST(collapse_blanks)
{
    check_step(&blank_cases[_i], text_collapse_blanks);
}
END_TEST

static const struct {
    const char *name;
    const char *given;
    const char *made;
    uint32_t steps;
} clean_cases[] = {
    {"an ordinary text takes no step", "10⁹/L", "10⁹/L", 0},
    {"Chinese takes no step", "头痛 恶心", "头痛 恶心", 0},
    {"nothing is nothing", "", "", 0},
    {"each step is named: width and trim", "　ＮＤ　", "ND", CLEAN_WIDTH | CLEAN_TRIM},
    {"a zero-width character between blanks leaves one blank", "a \u200B b", "a b",
     CLEAN_CONTROL | CLEAN_TRIM},
    {"a tab inside is a blank, which is no trimming", "a\tb", "a b", CLEAN_CONTROL},
    {"a line end is a blank", "a\r\nb\n", "a b", CLEAN_CONTROL | CLEAN_TRIM},
    {"a letter that comes to stand before its mark is composed", "e\u200B\u0301", "é",
     CLEAN_NFC | CLEAN_CONTROL},
    {"a full-width letter with a mark is composed", "ｅ\u0301", "é", CLEAN_NFC | CLEAN_WIDTH},
    {"a letter that was composed already", "ễ", "ễ", 0},
    {"an en quad is an en space, which is a blank", "a\u2000b", "a b", CLEAN_NFC | CLEAN_TRIM},
};

START_TEST(clean)
{
    struct text_span text = text_of(clean_cases[_i].given);
    uint32_t steps = text_clean(&arena, &text);

    ck_assert_msg(text_equal(text, text_of(clean_cases[_i].made)), "%s: it is \"%.*s\"", clean_cases[_i].name,
                  (int)text.length, text.bytes);
    ck_assert_msg(steps == clean_cases[_i].steps, "%s: steps are %#x, not %#x", clean_cases[_i].name, steps,
                  clean_cases[_i].steps);
}
END_TEST

static const struct {
    const char *name;
    const char *text;
    bool is_plain;
} plain_cases[] = {
    {"a number is plain", "36.2", true},
    {"words with single blanks are plain", "NOT DONE", true},
    {"nothing is not plain", "", false},
    {"a leading blank is not plain", " a", false},
    {"a trailing blank is not plain", "a ", false},
    {"two blanks are not plain", "a  b", false},
    {"a tab is not plain", "a\tb", false},
    {"DEL is not plain", "a\x7F", false},
    {"a letter that is not ASCII is not plain", "é", false},
};

START_TEST(plain)
{
    ck_assert_msg(text_is_plain(text_of(plain_cases[_i].text)) == plain_cases[_i].is_plain, "%s",
                  plain_cases[_i].name);
}
END_TEST

static const struct {
    const char *name;
    const char *a;
    const char *b;
} fold_cases[] = {
    {"ASCII", "Not Done", "NOT DONE"},
    {"Latin letters", "ÉTÉ", "été"},
    {"Greek, with its final sigma", "ΟΔΟΣ", "οδος"},
    {"sharp s and ss", "STRASSE", "straße"},
    {"Cyrillic", "ДА", "да"},
    {"the micro sign and mu", "\u00B5g", "\u03BCg"},
    {"Chinese, which has no case", "男", "男"},
    {"a letter that folds to three", "\u0390", "\u03B9\u0308\u0301"},
};

START_TEST(fold_case_makes_equal)
{
    ck_assert_msg(text_equal(text_fold_case(&arena, text_of(fold_cases[_i].a)),
                             text_fold_case(&arena, text_of(fold_cases[_i].b))),
                  "%s", fold_cases[_i].name);
}
END_TEST

START_TEST(begins_ignores_ascii_case)
{
    ck_assert(text_begins(text_of("march 5"), "MAR"));
    ck_assert(text_begins(text_of("一月"), "一"));
    ck_assert(!text_begins(text_of("MA"), "MAR"));
    ck_assert(!text_begins(text_of("APR"), "MAR"));
    ck_assert(text_begins(text_of(""), ""));
}
END_TEST

START_TEST(bytes_that_are_no_utf8_pass_through)
{
    static const char *const broken[] = {"\xC3",
                                         "a\xFF"
                                         "b",
                                         "\xE4\xB8",
                                         "\xED\xA0\x80",
                                         "\xC0\x80",
                                         "\xF5\x80\x80\x80"};

    for (int i = 0; i < LENGTH(broken); i++) {
        struct text_span text = text_of(broken[i]);

        ck_assert_uint_eq(text_clean(&arena, &text), 0);
        ck_assert(text_equal(text, text_of(broken[i])));
        (void)text_fold_case(&arena, text);
    }
}
END_TEST

/* A run of marks is sorted by counting, so a megabyte of them takes no longer than a megabyte of letters. */
START_TEST(a_megabyte_of_marks_is_put_in_order)
{
    char *marks = arena_alloc(&arena, HOSTILE_BYTES);
    struct text_span text = {marks, HOSTILE_BYTES};

    for (size_t i = 0; i + 1 < HOSTILE_BYTES; i += 4)
        memcpy(marks + i, "\u0307\u0323", 4);
    ck_assert(text_normalize(&arena, &text));
    ck_assert_uint_eq(text.length, HOSTILE_BYTES);
    ck_assert_mem_eq(text.bytes, "\u0323\u0323", 4);
    ck_assert_mem_eq(text.bytes + HOSTILE_BYTES - 4, "\u0307\u0307", 4);
}
END_TEST

START_TEST(a_megabyte_of_blanks_is_nothing)
{
    char *blanks = arena_alloc(&arena, HOSTILE_BYTES);
    struct text_span text = {blanks, HOSTILE_BYTES};

    memset(blanks, ' ', HOSTILE_BYTES);
    ck_assert_uint_eq(text_clean(&arena, &text), CLEAN_TRIM);
    ck_assert_uint_eq(text.length, 0);
}
END_TEST

/* SplitMix64 (Steele, Lea, Flood): the same texts in every run. */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Mostly characters that some step looks at, in every neighbourhood. */
static int32_t
random_point(uint64_t *state)
{
    static const struct {
        int32_t first, last;
    } ranges[] = {
        {0x20, 0x7E},     {0x01, 0x20},     {0x7F, 0xA0},     {0xC0, 0x24F},      {0x300, 0x345},
        {0x1100, 0x11FF}, {0x1E00, 0x1FFF}, {0x2000, 0x206F}, {0x3000, 0x30FF},   {0xAC00, 0xAC40},
        {0xFF00, 0xFFEF}, {0x900, 0xDFF},   {0xF900, 0xFAFF}, {0x1D100, 0x1D1FF}, {0x61, 0x66},
        {0x20, 0x20},     {0x01, 0x10FFFF},
    };
    size_t i = next_random(state) % (sizeof ranges / sizeof ranges[0]);
    int32_t width = ranges[i].last - ranges[i].first + 1;
    int32_t point = ranges[i].first + (int32_t)(next_random(state) % (uint64_t)width);

    return point >= 0xD800 && point <= 0xDFFF ? 'e' : point;
}

static struct text_span
random_text(uint64_t *state)
{
    uint8_t *bytes = arena_alloc(&arena, 4 * RANDOM_POINTS + 1);
    size_t points = next_random(state) % (RANDOM_POINTS + 1);
    size_t length = 0;

    for (size_t i = 0; i < points; i++)
        length += (size_t)utf8proc_encode_char(random_point(state), bytes + length);
    bytes[length] = '\0';
    return (struct text_span){(const char *)bytes, length};
}

static bool
is_utf8(struct text_span text)
{
    const uint8_t *at = (const uint8_t *)text.bytes;
    utf8proc_ssize_t left = (utf8proc_ssize_t)text.length;

    while (left > 0) {
        int32_t point;
        utf8proc_ssize_t size = utf8proc_iterate(at, left, &point);

        if (size <= 0)
            return false;
        at += size;
        left -= size;
    }
    return true;
}

START_TEST(normalizing_any_text_gives_what_the_library_gives)
{
    uint64_t state = 1;

    for (int i = 0; i < RANDOM_TEXTS; i++) {
        struct text_span text = random_text(&state);
        utf8proc_uint8_t *expected = utf8proc_NFC((const utf8proc_uint8_t *)text.bytes);

        (void)text_normalize(&arena, &text);
        ck_assert_msg(text_equal(text, text_of((const char *)expected)), "text %d differs", i);
        free(expected);
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(a_cleaned_text_is_utf8_and_cleans_to_itself)
{
    uint64_t state = 2;

    for (int i = 0; i < RANDOM_TEXTS; i++) {
        struct text_span text = random_text(&state);
        struct text_span again;

        (void)text_clean(&arena, &text);
        ck_assert_msg(is_utf8(text), "text %d is no UTF-8", i);
        again = text;
        ck_assert_msg(text_clean(&arena, &again) == 0, "text %d changes when it is cleaned again", i);
        ck_assert(again.bytes == text.bytes && again.length == text.length);
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(a_plain_text_takes_no_step)
{
    uint64_t state = 3;

    for (int i = 0; i < RANDOM_TEXTS; i++) {
        struct text_span text = random_text(&state);
        bool is_plain = text_is_plain(text);

        ck_assert_msg(text_clean(&arena, &text) == 0 || !is_plain, "text %d", i);
        arena_reset(&arena);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("text");
    TCase *cases = tcase_create("text");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, normalize, 0, LENGTH(normalize_cases));
    tcase_add_loop_test(cases, fold_width, 0, LENGTH(width_cases));
    tcase_add_loop_test(cases, strip_controls, 0, LENGTH(control_cases));
    tcase_add_loop_test(cases, collapse_blanks, 0, LENGTH(blank_cases));
    tcase_add_loop_test(cases, clean, 0, LENGTH(clean_cases));
    tcase_add_loop_test(cases, plain, 0, LENGTH(plain_cases));
    tcase_add_loop_test(cases, fold_case_makes_equal, 0, LENGTH(fold_cases));
    tcase_add_test(cases, begins_ignores_ascii_case);
    tcase_add_test(cases, bytes_that_are_no_utf8_pass_through);
    tcase_add_test(cases, a_megabyte_of_marks_is_put_in_order);
    tcase_add_test(cases, a_megabyte_of_blanks_is_nothing);
    tcase_add_test(cases, normalizing_any_text_gives_what_the_library_gives);
    tcase_add_test(cases, a_cleaned_text_is_utf8_and_cleans_to_itself);
    tcase_add_test(cases, a_plain_text_takes_no_step);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
