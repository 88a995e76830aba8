#define PCRE2_CODE_UNIT_WIDTH 8

#include "regex.h"

#include "regex_translate.h"

#include <pcre2.h>
#include <stdio.h>
#include <string.h>

/* Steps and memory that one match may take: what is beyond is reported, not waited for. */
#define MATCH_LIMIT    1000000
#define DEPTH_LIMIT    10000
#define HEAP_LIMIT_KIB 512
#define ROOM_BYTES     ((size_t)2 * HEAP_LIMIT_KIB * 1024)

struct regex {
    pcre2_code *code;
};

/*
 * PCRE2's interpreter asks for memory while it matches; it is given from here, never from the heap. Its own
 * growth by doubling fits twice into what the limit allows.
 */
struct regex_room {
    pcre2_match_context *context;
    pcre2_match_data *data;
    unsigned char *memory;
    size_t used;
};

static void *
allocate_from_arena(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}

static void *
allocate_from_room(size_t size, void *tag)
{
    struct regex_room *room = tag;
    size_t rounded = (size + 15) & ~(size_t)15;
    void *result;

    if (rounded < size || rounded > ROOM_BYTES - room->used)
        return NULL;
    result = room->memory + room->used;
    room->used += rounded;
    return result;
}

/* Arenas give back all at once. */
static void
keep(void *memory, void *tag)
{
    (void)memory;
    (void)tag;
}

const struct regex *
regex_compile(struct arena *arena, const char *pattern, size_t length, bool folded, size_t *offset,
              char problem[REGEX_PROBLEM_MAX])
{
    struct strbuf translated;
    struct regex *regex = NULL;
    pcre2_general_context *general = pcre2_general_context_create(allocate_from_arena, keep, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    int code = 0;
    PCRE2_SIZE at = 0;
    pcre2_code *compiled;

    strbuf_init(&translated);
    if (!regex_translate(pattern, length, folded, &translated, offset, problem))
        goto done;
    /* PCRE2_ALT_BSUX and the like stay off: the translation uses only \x{...} and quoted signs. */
    compiled = pcre2_compile((PCRE2_SPTR)translated.text, translated.length,
                             PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY |
                                 PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C,
                             &code, &at, context);
    if (compiled == NULL) {
        PCRE2_UCHAR message[REGEX_PROBLEM_MAX];

        pcre2_get_error_message(code, message, sizeof message);
        snprintf(problem, REGEX_PROBLEM_MAX, "%s", (const char *)message);
        *offset = 0;
        goto done;
    }
    /* Where executable memory is forbidden this fails, and pcre2_match interprets. */
    (void)pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
    regex = arena_new(arena, struct regex);
    regex->code = compiled;
done:
    strbuf_destroy(&translated);
    return regex;
}

struct regex_room *
regex_room_new(struct arena *arena)
{
    struct regex_room *room = arena_new(arena, struct regex_room);
    pcre2_general_context *general;

    room->memory = arena_alloc(arena, ROOM_BYTES);
    general = pcre2_general_context_create(allocate_from_room, keep, room);
    room->context = pcre2_match_context_create(general);
    room->data = pcre2_match_data_create(1, general);
    pcre2_set_match_limit(room->context, MATCH_LIMIT);
    pcre2_set_depth_limit(room->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(room->context, HEAP_LIMIT_KIB);
    return room;
}

enum regex_result
regex_match(const struct regex *regex, const char *text, size_t length, struct regex_room *room)
{
    int result = pcre2_match(regex->code, (PCRE2_SPTR)text, length, 0, 0, room->data, room->context);

    /* The machine code has a small stack of its own; the interpreter goes deeper. */
    if (result == PCRE2_ERROR_JIT_STACKLIMIT)
        result =
            pcre2_match(regex->code, (PCRE2_SPTR)text, length, 0, PCRE2_NO_JIT, room->data, room->context);
    if (result >= 0)
        return REGEX_MATCH;
    return result == PCRE2_ERROR_NOMATCH ? REGEX_MISS : REGEX_TOO_COSTLY;
}
