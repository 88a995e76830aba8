/*
 * utf8.h: from character to character in UTF-8 (RFC 3629, read by utf8proc).
 *
 * Only utf8_decode looks whether the text is UTF-8 at all; the others step through text that is, and never beyond its
 * end where it is not.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_BASE_UTF8_H
#define CRFD_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <utf8proc.h>

/* The code point of the character at text, and how many bytes it has; 0 where the bytes are no UTF-8. left > 0. */
static inline size_t
utf8_decode(const char *text, size_t left, int32_t *point)
{
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)left, point);

    return length > 0 ? (size_t)length : 0;
}

/*
 * False of what could steer whoever shows it: control characters (also those of C1, as U+009B begins an escape
 * sequence), and what turns the direction of a line or breaks it.
 */
static inline bool
utf8_shows(int32_t point)
{
    if (point < 0x7F)
        return point >= ' ';
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

/* Bytes of the character at text, at most left: damaged text is never read past its end. */
static inline size_t
utf8_length_at(const char *text, size_t left)
{
    unsigned char lead = (unsigned char)*text;
    size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;

    return length < left ? length : left;
}

/* Where the character before end begins; start < end. */
static inline const char *
utf8_before(const char *start, const char *end)
{
    const char *at = end - 1;

    while (at > start && ((unsigned char)*at & 0xC0) == 0x80)
        at--;
    return at;
}

static inline size_t
utf8_count(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Byte offset behind the first `characters` characters; 0 where that is negative, length where there are fewer. */
static inline size_t
utf8_offset(const char *text, size_t length, int64_t characters)
{
    size_t at = 0;

    for (; characters > 0 && at < length; characters--)
        at += utf8_length_at(text + at, length - at);
    return at;
}

#endif
