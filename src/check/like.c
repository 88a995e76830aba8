#include "like.h"

#include "crfd/base/utf8.h"

bool
like_pattern_is_broken(const char *pattern, size_t length)
{
    size_t signs = 0;

    while (signs < length && pattern[length - 1 - signs] == '\\')
        signs++;
    return signs % 2 == 1;
}

static char
fold(char c, bool folded)
{
    return folded && c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/*
 * On a mismatch only the last % is tried further along: what an earlier one could take, the last one can
 * take as well. So there is no recursion, and no pattern is worse than quadratic.
 */
bool
like_match(const char *text, size_t length, const char *pattern, size_t pattern_length, bool folded)
{
    size_t t = 0;
    size_t p = 0;
    bool starred = false;
    size_t star_text = 0;
    size_t star_pattern = 0;

    while (t < length) {
        if (p < pattern_length && pattern[p] == '%') {
            starred = true;
            star_text = t;
            star_pattern = ++p;
            continue;
        }
        if (p < pattern_length && pattern[p] == '_') {
            t += utf8_length_at(text + t, length - t);
            p++;
            continue;
        }
        if (p < pattern_length) {
            size_t quoted = pattern[p] == '\\' && p + 1 < pattern_length ? 1 : 0;

            if (fold(pattern[p + quoted], folded) == fold(text[t], folded)) {
                p += quoted + 1;
                t++;
                continue;
            }
        }
        if (!starred)
            return false;
        star_text += utf8_length_at(text + star_text, length - star_text);
        t = star_text;
        p = star_pattern;
    }
    while (p < pattern_length && pattern[p] == '%')
        p++;
    return p == pattern_length;
}
