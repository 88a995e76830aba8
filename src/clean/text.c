#include "text.h"

#include "crfd/base/utf8.h"
#include "crfd/clean/step.h"

#include <string.h>
#include <utf8proc.h>

/* A text of up to this many bytes is normalised on the stack. */
enum { SHORT_BYTES = 128, SHORT_POINTS = 2 * SHORT_BYTES };

/* What a character becomes, where it is not an ASCII character. */
enum { KEEP = -1, DROP = -2 };

/* What one character folds to, in code points and in bytes: with room to spare, since none folds to more than three. */
enum { FOLDED_POINTS_MAX = 4, FOLDED_MAX = 4 * FOLDED_POINTS_MAX };

/* One code point; -1 for a byte that is no UTF-8. Returns how many bytes it takes. */
static size_t
decode(const char *at, const char *end, int32_t *point)
{
    size_t length;

    if ((unsigned char)*at < 0x80) {
        *point = *at;
        return 1;
    }
    length = utf8_decode(at, (size_t)(end - at), point);
    if (length > 0)
        return length;
    *point = -1;
    return 1;
}

static int
fold_width(int32_t point)
{
    if (point >= 0xFF01 && point <= 0xFF5E)
        return point - 0xFF01 + '!';
    return point == 0x3000 ? ' ' : KEEP;
}

static int
strip_control(int32_t point)
{
    if ((point >= '\t' && point <= '\r') || point == 0x85 || point == 0x2028 || point == 0x2029)
        return ' ';
    if ((point >= 0 && point < ' ') || (point >= 0x7F && point < 0xA0))
        return DROP;
    if (point == 0xAD || point == 0x61C || point == 0x180E || point == 0xFEFF)
        return DROP;
    if ((point >= 0x200B && point <= 0x200F) || (point >= 0x202A && point <= 0x202E))
        return DROP;
    if ((point >= 0x2060 && point <= 0x206F) || (point >= 0xFFF9 && point <= 0xFFFB))
        return DROP;
    return KEEP;
}

static bool
is_blank(int32_t point)
{
    return point == ' ' || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x202F || point == 0x205F || point == 0x3000;
}

/*
 * Whether form C may treat the character otherwise than as it stands. True also for some that it keeps
 * (precomposed letters): they are then looked at in full.
 */
static bool
may_compose(int32_t point)
{
    const utf8proc_property_t *property;

    /* These form C keeps as they are, and they are nearly all that pages in two languages hold. */
    if (point < 0x300 || (point >= 0x4E00 && point <= 0x9FFF) || (point >= 0xFF01 && point <= 0xFF60))
        return false;
    /* The conjoining jamo that a Hangul syllable takes up. */
    if ((point >= 0x1161 && point <= 0x1175) || (point >= 0x11A8 && point <= 0x11C2))
        return true;
    property = utf8proc_get_property(point);
    if (property->combining_class != 0 || property->category == UTF8PROC_CATEGORY_MN ||
        property->category == UTF8PROC_CATEGORY_MC || property->category == UTF8PROC_CATEGORY_ME)
        return true;
    /* A decomposition without a type is a canonical one. */
    return property->decomp_seqindex != UINT16_MAX && property->decomp_type == 0;
}

/* The bits of the steps that may change the text; none is missing. */
static uint32_t
needs(struct text_span text)
{
    const char *end = text.bytes + text.length;
    bool after_blank = true;
    uint32_t bits = 0;

    for (const char *at = text.bytes; at < end;) {
        int32_t point;

        at += decode(at, end, &point);
        if (point > ' ' && point < 0x7F) {
            after_blank = false;
            continue;
        }
        if (is_blank(point)) {
            if (after_blank || point != ' ')
                bits |= CLEAN_TRIM;
            after_blank = true;
        } else {
            after_blank = false;
        }
        if (fold_width(point) != KEEP)
            bits |= CLEAN_WIDTH;
        if (strip_control(point) != KEEP)
            bits |= CLEAN_CONTROL | CLEAN_TRIM;
        if (may_compose(point))
            bits |= CLEAN_NFC;
    }
    return after_blank ? bits | CLEAN_TRIM : bits;
}

bool
text_is_plain(struct text_span text)
{
    unsigned char before = ' ';

    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];

        if (c < ' ' || c >= 0x7F || (c == ' ' && before == ' '))
            return false;
        before = c;
    }
    return before != ' ';
}

/* Canonical decomposition. Returns the number of code points, of which at most `capacity` are written; 0 where it is no UTF-8. */
static size_t
decompose(struct text_span text, int32_t *points, size_t capacity)
{
    const char *end = text.bytes + text.length;
    size_t count = 0;

    for (const char *at = text.bytes; at < end;) {
        size_t room = count < capacity ? capacity - count : 0;
        int32_t point, unused[4];
        utf8proc_ssize_t added;
        int boundary = 0;

        at += decode(at, end, &point);
        if (point < 0)
            return 0;
        added =
            utf8proc_decompose_char(point, room > 0 ? points + count : unused,
                                    (utf8proc_ssize_t)(room > 0 ? room : 4), UTF8PROC_DECOMPOSE, &boundary);
        if (added < 0)
            return 0;
        count += (size_t)added;
    }
    return count;
}

static unsigned
combining_class(int32_t point)
{
    /* The classes are 0 to 254 in Unicode; the library's field is wider. */
    return (unsigned)utf8proc_get_property(point)->combining_class & 0xFF;
}

/* Sorts a run of marks by class, stably, by counting: a hostile page may hold a megabyte of them. */
static void
sort_marks(int32_t *points, size_t count, int32_t *sorted)
{
    size_t place[256] = {0};
    size_t before = 0;

    for (size_t i = 0; i < count; i++)
        place[combining_class(points[i])]++;
    for (size_t class = 0; class < 256; class ++) {
        size_t here = place[class];

        place[class] = before;
        before += here;
    }
    for (size_t i = 0; i < count; i++)
        sorted[place[combining_class(points[i])]++] = points[i];
    memcpy(points, sorted, count * sizeof *points);
}

/* The canonical ordering of UAX #15. `spare` has room for as many code points. */
static void
order_marks(int32_t *points, size_t count, int32_t *spare)
{
    for (size_t i = 0; i < count;) {
        size_t run = i;

        while (run < count && combining_class(points[run]) != 0)
            run++;
        if (run - i > 1)
            sort_marks(points + i, run - i, spare);
        i = run + 1;
    }
}

/* Writes the code points as UTF-8 over themselves: none takes more than its own four bytes. */
static struct text_span
encode_in_place(int32_t *points, size_t count)
{
    utf8proc_uint8_t *bytes = (utf8proc_uint8_t *)points;
    size_t length = 0;

    for (size_t i = 0; i < count; i++) {
        int32_t point = points[i];

        length += (size_t)utf8proc_encode_char(point, bytes + length);
    }
    return (struct text_span){(const char *)bytes, length};
}

/*
 * The library's own utf8proc_map would do, but its canonical ordering takes quadratic time on a long run of
 * marks, and it allocates on the heap.
 */
bool
text_normalize(struct arena *arena, struct text_span *text)
{
    int32_t on_stack[2 * SHORT_POINTS];
    int32_t *points = on_stack;
    size_t count = SHORT_POINTS;
    utf8proc_ssize_t composed;
    struct text_span result;

    if (text->length > SHORT_BYTES) {
        count = decompose(*text, NULL, 0);
        points = arena_alloc(arena, 2 * count * sizeof *points);
    }
    count = decompose(*text, points, count);
    if (count == 0)
        return false;
    order_marks(points, count, points + count);
    composed = utf8proc_normalize_utf32(points, (utf8proc_ssize_t)count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    if (composed <= 0)
        return false;
    result = encode_in_place(points, (size_t)composed);
    if (text_equal(result, *text))
        return false;
    *text = (struct text_span){arena_copy(arena, result.bytes, result.length), result.length};
    return true;
}

/* Applies `map` to each character; what it makes is one byte or nothing, so the text never grows. */
static bool
rewrite(struct arena *arena, struct text_span *text, int (*map)(int32_t point))
{
    const char *end = text->bytes + text->length;
    const char *kept = text->bytes; /* from here to `at` nothing has changed and nothing is copied yet */
    char *out = NULL;
    size_t length = 0;

    for (const char *at = text->bytes; at < end;) {
        int32_t point;
        size_t size = decode(at, end, &point);
        int made = map(point);

        if (made != KEEP) {
            if (out == NULL)
                out = arena_alloc(arena, text->length);
            memcpy(out + length, kept, (size_t)(at - kept));
            length += (size_t)(at - kept);
            kept = at + size;
            if (made != DROP)
                out[length++] = (char)made;
        }
        at += size;
    }
    if (out == NULL)
        return false;
    memcpy(out + length, kept, (size_t)(end - kept));
    *text = (struct text_span){out, length + (size_t)(end - kept)};
    return true;
}

bool
text_fold_width(struct arena *arena, struct text_span *text)
{
    return rewrite(arena, text, fold_width);
}

bool
text_strip_controls(struct arena *arena, struct text_span *text)
{
    return rewrite(arena, text, strip_control);
}

bool
text_collapse_blanks(struct arena *arena, struct text_span *text)
{
    const char *end = text->bytes + text->length;
    char *out = arena_alloc(arena, text->length);
    bool blank_before = false;
    size_t length = 0;

    for (const char *at = text->bytes; at < end;) {
        int32_t point;
        size_t size = decode(at, end, &point);

        if (is_blank(point)) {
            blank_before = length > 0;
        } else {
            if (blank_before)
                out[length++] = ' ';
            blank_before = false;
            memcpy(out + length, at, size);
            length += size;
        }
        at += size;
    }
    if (text_equal((struct text_span){out, length}, *text))
        return false;
    *text = (struct text_span){out, length};
    return true;
}

uint32_t
text_clean(struct arena *arena, struct text_span *text)
{
    uint32_t needed = needs(*text);
    uint32_t steps = 0;

    if ((needed & CLEAN_NFC) && text_normalize(arena, text))
        steps |= CLEAN_NFC;
    if ((needed & CLEAN_WIDTH) && text_fold_width(arena, text))
        steps |= CLEAN_WIDTH;
    if ((needed & CLEAN_CONTROL) && text_strip_controls(arena, text))
        steps |= CLEAN_CONTROL;
    if ((needed & CLEAN_NFC) && (steps & (CLEAN_WIDTH | CLEAN_CONTROL)) && text_normalize(arena, text))
        steps |= CLEAN_NFC;
    if ((needed & CLEAN_TRIM) && text_collapse_blanks(arena, text))
        steps |= CLEAN_TRIM;
    return steps;
}

/* Of the text's first character, at most FOLDED_MAX bytes; *size is its own length. Returns how many. */
static size_t
fold_first(struct text_span text, char *out, size_t *size)
{
    int32_t point, folded[FOLDED_POINTS_MAX];
    utf8proc_ssize_t count = 0;
    size_t length = 0;
    int boundary = 0;

    *size = decode(text.bytes, text.bytes + text.length, &point);
    if (point >= 0)
        count = utf8proc_decompose_char(point, folded, FOLDED_POINTS_MAX, UTF8PROC_CASEFOLD, &boundary);
    if (count < 1 || count > FOLDED_POINTS_MAX) {
        memcpy(out, text.bytes, *size);
        return *size;
    }
    for (utf8proc_ssize_t i = 0; i < count; i++)
        length += (size_t)utf8proc_encode_char(folded[i], (utf8proc_uint8_t *)out + length);
    return length;
}

struct text_span
text_fold_case(struct arena *arena, struct text_span text)
{
    char *out, folded[FOLDED_MAX];
    size_t length = 0, size;

    /* A character folds to at most three, none longer than itself but for two-byte ones such as U+0390. */
    out = arena_alloc(arena, 3 * text.length);
    for (; text.length > 0; text.bytes += size, text.length -= size) {
        size_t bytes = fold_first(text, folded, &size);

        memcpy(out + length, folded, bytes);
        length += bytes;
    }
    return (struct text_span){out, length};
}

size_t
text_begins_folded(struct text_span text, struct text_span folded)
{
    const char *start = text.bytes;
    size_t at = 0, size;

    for (; at < folded.length && text.length > 0; text.bytes += size, text.length -= size) {
        char first[FOLDED_MAX];
        size_t bytes = fold_first(text, first, &size);

        if (bytes > folded.length - at || memcmp(first, folded.bytes + at, bytes) != 0)
            return 0;
        at += bytes;
    }
    return at == folded.length ? (size_t)(text.bytes - start) : 0;
}

struct text_span
text_of(const char *string)
{
    return (struct text_span){string, strlen(string)};
}

bool
text_equal(struct text_span a, struct text_span b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static unsigned char
ascii_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool
text_begins(struct text_span text, const char *word)
{
    for (size_t i = 0; word[i] != '\0'; i++) {
        if (i == text.length || ascii_lower(text.bytes[i]) != ascii_lower(word[i]))
            return false;
    }
    return true;
}
