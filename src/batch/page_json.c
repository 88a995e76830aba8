#include "crfd/batch/page_json.h"

#include "crfd/base/memory.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cJSON's hooks have no context argument; the arena of the parse that runs on this thread stands here. */
static _Thread_local struct arena *parse_arena;

/* Where the heap gives nothing the process ends, as in an arena: cJSON would leave out a member and say nothing. */
static void *
hook_malloc(size_t size)
{
    return parse_arena ? arena_alloc(parse_arena, size) : memory_alloc(size);
}

static void
hook_free(void *memory)
{
    if (parse_arena == NULL)
        free(memory);
}

void
page_json_init(void)
{
    cJSON_Hooks hooks = {hook_malloc, hook_free};

    cJSON_InitHooks(&hooks);
}

static const char *
type_name(const cJSON *node)
{
    if (cJSON_IsArray(node))
        return "an array";
    if (cJSON_IsObject(node))
        return "an object";
    if (cJSON_IsString(node))
        return "a string";
    if (cJSON_IsNumber(node))
        return "a number";
    return cJSON_IsNull(node) ? "null" : "a boolean";
}

/* \u0000 in a string: cJSON would end the string there, and PostgreSQL's text cannot hold it. */
static bool
has_nul_escape(const char *text, size_t length)
{
    static const char escape[] = "\\u0000";
    const char *end = text + length;
    const char *at = text;

    while ((at = memmem(at, (size_t)(end - at), escape, sizeof escape - 1)) != NULL) {
        const char *backslash = at;

        while (backslash > text && backslash[-1] == '\\')
            backslash--;
        if ((at - backslash) % 2 == 0)
            return true;
        at++;
    }
    return false;
}

/* What cJSON passes over between two tokens: more than JSON allows, in a column that is no json. */
static const char *
skip_blank(const char *at)
{
    while (*at != '\0' && (unsigned char)*at <= ' ')
        at++;
    return at;
}

/* at stands on the opening quote; the result behind the closing one. The parser has found both. */
static const char *
skip_string(const char *at)
{
    for (at++; *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at + 1;
}

/* Walks the text in step with the parsed members and takes the literals of numbers as they stand. */
static void
take_number_literals(const char *text, const cJSON *object, struct page_members *members)
{
    const char *at = strchr(text, '{') + 1; /* nothing but blanks and a byte order mark is before it */
    const cJSON *node = object->child;

    for (size_t i = 0; i < members->count; i++, node = node->next) {
        const char *value;

        at = skip_blank(at);
        at = skip_blank(skip_string(at));
        value = skip_blank(at + 1);
        at = *value == '"' ? skip_string(value) : value + strcspn(value, ",}");
        if (cJSON_IsNumber(node)) {
            members->list[i].is_number = true;
            members->list[i].raw = value;
            members->list[i].raw_length = strspn(value, "+-.0123456789Ee");
        }
        at = skip_blank(at) + 1;
    }
}

static const char *
take_member(struct arena *arena, const cJSON *node, struct page_member *out, bool *has_number)
{
    *out = (struct page_member){.key = node->string, .key_length = strlen(node->string)};
    if (out->key_length > PAGE_KEY_MAX)
        return arena_printf(arena, "an item key is longer than %d bytes", PAGE_KEY_MAX);
    if (out->key_length == 0)
        return "an item key is empty";
    if (cJSON_IsString(node))
        out->raw = node->valuestring;
    else if (cJSON_IsBool(node))
        out->raw = cJSON_IsTrue(node) ? "true" : "false";
    else if (cJSON_IsNumber(node))
        *has_number = true;
    else if (!cJSON_IsNull(node))
        return arena_printf(arena, "item \"%s\" is %s, not a scalar", node->string, type_name(node));
    out->raw_length = out->raw ? strlen(out->raw) : 0;
    return NULL;
}

static const char *
take_members(struct arena *arena, const char *text, const cJSON *object, struct page_members *out)
{
    bool has_number = false;
    size_t count = 0;

    for (const cJSON *node = object->child; node != NULL; node = node->next)
        count++;
    if (count > PAGE_MAX_MEMBERS)
        return arena_printf(arena, "it has %zu items, more than %d", count, PAGE_MAX_MEMBERS);
    out->list = arena_alloc(arena, count * sizeof *out->list);
    out->count = 0;
    for (const cJSON *node = object->child; node != NULL; node = node->next) {
        const char *reason = take_member(arena, node, &out->list[out->count], &has_number);

        if (reason != NULL)
            return reason;
        out->count++;
    }
    if (has_number)
        take_number_literals(text, object, out);
    return NULL;
}

const char *
page_json_parse(struct arena *arena, const char *text, size_t length, struct page_members *out)
{
    cJSON *root;

    if (length > PAGE_MAX_BYTES)
        return arena_printf(arena, "the page is larger than %d bytes", PAGE_MAX_BYTES);
    /* No server sends a NUL, but the parser would pass over it as over a blank, and what walks the text would stop. */
    if (memchr(text, '\0', length) != NULL || has_nul_escape(text, length))
        return "a value holds the character U+0000, which no text column can hold";
    parse_arena = arena;
    root = cJSON_ParseWithLengthOpts(text, length + 1, NULL, true);
    parse_arena = NULL;
    if (root == NULL)
        return "the page is not JSON that can be read (half a surrogate pair, a number that is too long, or "
               "nesting beyond 1000)";
    if (!cJSON_IsObject(root))
        return arena_printf(arena, "the page is %s, not an object", type_name(root));
    return take_members(arena, text, root, out);
}
