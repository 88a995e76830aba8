#include "crfd/clean/name.h"

#include "crfd/base/utf8.h"
#include "text.h"

#include <utf8proc.h>

bool
name_clean(struct arena *arena, const char **name, size_t *length)
{
    struct text_span text = {*name, *length};

    if (text_is_plain(text) || text_clean(arena, &text) == 0)
        return false;
    *name = arena_copy(arena, text.bytes, text.length);
    *length = text.length;
    return true;
}

/* The braille blank is the one sign without ink that Unicode counts as a symbol. */
static bool
is_invisible(int32_t point)
{
    const utf8proc_property_t *property = utf8proc_get_property(point);

    switch (property->category) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    case UTF8PROC_CATEGORY_ZS:
        return point != ' ';
    default:
        return property->ignorable || point == 0x2800;
    }
}

void
name_append_visible(struct strbuf *out, const char *name, size_t length)
{
    for (size_t at = 0; at < length;) {
        int32_t point;
        size_t size = utf8_decode(name + at, length - at, &point);

        if (size == 0) {
            size = 1;
            strbuf_printf(out, "<%02X>", (unsigned)(unsigned char)name[at]);
        } else if (is_invisible(point)) {
            strbuf_printf(out, "<U+%04X>", (unsigned)point);
        } else {
            strbuf_append_bytes(out, name + at, size);
        }
        at += size;
    }
}
