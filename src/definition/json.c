#include "json.h"

#include "crfd/base/suggest.h"
#include "json_scan.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whole numbers up to here survive a JSON reader that keeps them as double. */
#define EXACT_MAX 9007199254740992.0

/* ---- The file ---- */

bool
json_read_file(struct arena *arena, const char *path, const char **text, size_t *length, struct err *err)
{
    bool ok = false;
    size_t used = 0;
    struct strbuf content;
    char chunk[65536];
    FILE *file = fopen(path, "re");

    strbuf_init(&content);
    if (file == NULL) {
        err_set(err, ERR_IO, "reading %s: %s", path, strerror(errno));
        goto done;
    }
    while ((used = fread(chunk, 1, sizeof chunk, file)) > 0) {
        strbuf_append_bytes(&content, chunk, used);
        if (content.length > JSON_FILE_MAX_BYTES) {
            err_set(err, ERR_CONFIG, "reading %s: it is larger than %d MiB", path, JSON_FILE_MAX_BYTES >> 20);
            goto done;
        }
    }
    if (ferror(file)) {
        err_set(err, ERR_IO, "reading %s: %s", path, strerror(errno));
        goto done;
    }
    *text = arena_copy(arena, content.text, content.length);
    *length = content.length;
    ok = true;
done:
    if (file != NULL)
        fclose(file);
    strbuf_destroy(&content);
    return ok;
}

/* ---- The document ---- */

static size_t
count_characters(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Tells the mistake with line, column and the line itself. */
static void
tell_mistake(struct problems *problems, struct arena *arena, const char *text, size_t length,
             const struct json_mistake *mistake)
{
    size_t begin = mistake->offset;
    size_t end = mistake->offset;
    size_t line = 1;

    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    while (end < length && text[end] != '\n')
        end++;
    for (size_t i = 0; i < begin; i++)
        line += text[i] == '\n';
    problem_add_at(problems, "", arena_copy(arena, text + begin, end - begin), mistake->offset - begin,
                   "line %zu, column %zu: %s", line,
                   count_characters(text + begin, mistake->offset - begin) + 1, mistake->message);
}

struct member {
    cJSON *value;
    size_t index; /* place in the file */
};

static int
compare_members(const void *a, const void *b)
{
    const struct member *first = a;
    const struct member *second = b;
    int order = strcmp(first->value->string, second->value->string);

    if (order != 0)
        return order;
    return first->index < second->index ? -1 : 1;
}

/* Keeps the first of equal keys, tells the others: cJSON would keep them all. */
static void
drop_repeated(struct arena *scratch, const struct json_place *object)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t count = 0;
    struct member *members = arena_array(scratch, struct member, json_count(object));
    const struct member *kept = members;

    for (cJSON *each = object->value->child; each != NULL; each = each->next, count++)
        members[count] = (struct member){each, count};
    qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 1; i < count; i++) {
        if (strcmp(kept->value->string, members[i].value->string) != 0) {
            kept = &members[i];
            continue;
        }
        json_problem(object, "the key \"%s\" is given twice", kept->value->string);
        cJSON_Delete(cJSON_DetachItemViaPointer(object->value, members[i].value));
    }
    arena_rewind(scratch, mark);
}

static void
drop_repeated_below(struct arena *scratch, const struct json_place *place)
{
    if (cJSON_IsObject(place->value))
        drop_repeated(scratch, place);
    for (struct json_place each = json_first(place); each.value != NULL; json_next(&each))
        drop_repeated_below(scratch, &each);
}

bool
json_open(struct json_document *document, struct arena *arena, const char *text, size_t length,
          struct problems *problems)
{
    struct json_mistake mistake;
    struct json_place root;
    struct arena scratch;
    const char *end = NULL;
    char *plain;

    *document = (struct json_document){.arena = arena, .problems = problems};
    arena_init(&scratch, 64 * 1024, 0);
    plain = arena_copy(&scratch, text, length);
    if (!json_scan(plain, length, &mistake)) {
        tell_mistake(problems, arena, text, length, &mistake);
        goto done;
    }
    /* The scan leaves little to refuse: half a surrogate pair, a number beyond double's digits. */
    document->root = cJSON_ParseWithLengthOpts(plain, length + 1, &end, true);
    if (document->root == NULL) {
        mistake = (struct json_mistake){.offset = end != NULL ? (size_t)(end - plain) : 0,
                                        .message = "this is not JSON"};
        tell_mistake(problems, arena, text, length, &mistake);
        goto done;
    }
    root = json_root(document);
    drop_repeated_below(&scratch, &root);
done:
    arena_destroy(&scratch);
    return document->root != NULL;
}

void
json_close(struct json_document *document)
{
    cJSON_Delete(document->root);
    document->root = NULL;
}

struct json_place
json_root(const struct json_document *document)
{
    return (struct json_place){.document = document, .value = document->root};
}

/* ---- Problems ---- */

static bool
is_plain_key(const char *key)
{
    size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$-");

    return length > 0 && key[length] == '\0';
}

static void
append_path(const struct json_place *place, struct strbuf *out)
{
    if (place->parent == NULL)
        return;
    append_path(place->parent, out);
    if (place->key == NULL)
        strbuf_printf(out, "[%zu]", place->index);
    else if (is_plain_key(place->key))
        strbuf_printf(out, "%s%s", out->length > 0 ? "." : "", place->key);
    else
        strbuf_printf(out, "[\"%s\"]", place->key);
}

static void
add_problem(const struct json_place *place, const char *text, size_t offset, const char *format, va_list args)
{
    struct problems *problems = place->document->problems;
    struct strbuf path, message;

    strbuf_init(&path);
    strbuf_init(&message);
    append_path(place, &path);
    strbuf_vprintf(&message, format, args);
    if (text != NULL)
        problem_add_at(problems, path.text, text, offset, "%s", message.text);
    else
        problem_add(problems, path.text, "%s", message.text);
    strbuf_destroy(&message);
    strbuf_destroy(&path);
}

void
json_warning_at(const struct json_place *place, const char *text, size_t offset, const char *format, ...)
{
    struct strbuf path, message;
    va_list args;

    strbuf_init(&path);
    strbuf_init(&message);
    append_path(place, &path);
    va_start(args, format);
    strbuf_vprintf(&message, format, args);
    va_end(args);
    problem_warn_at(place->document->problems, path.text, text, offset, "%s", message.text);
    strbuf_destroy(&message);
    strbuf_destroy(&path);
}

void
json_problem(const struct json_place *place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_problem(place, NULL, 0, format, args);
    va_end(args);
}

void
json_problem_at(const struct json_place *place, const char *text, size_t offset, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_problem(place, text, offset, format, args);
    va_end(args);
}

/* ---- Walking ---- */

struct json_place
json_first(const struct json_place *container)
{
    struct json_place child = {.document = container->document, .parent = container};

    if (cJSON_IsObject(container->value) || cJSON_IsArray(container->value))
        child.value = container->value->child;
    if (child.value != NULL)
        child.key = child.value->string;
    return child;
}

void
json_next(struct json_place *child)
{
    child->value = child->value->next;
    child->key = child->value != NULL ? child->value->string : NULL;
    child->index++;
}

size_t
json_count(const struct json_place *container)
{
    size_t count = 0;

    for (struct json_place each = json_first(container); each.value != NULL; json_next(&each))
        count++;
    return count;
}

bool
json_member(const struct json_place *object, const char *key, struct json_place *out)
{
    cJSON *value = cJSON_GetObjectItemCaseSensitive(object->value, key);

    if (value == NULL)
        return false;
    *out = (struct json_place){
        .document = object->document, .parent = object, .value = value, .key = value->string};
    return true;
}

static const char *
type_text(const cJSON *value)
{
    if (cJSON_IsObject(value))
        return "an object {...}";
    if (cJSON_IsArray(value))
        return "a list [...]";
    if (cJSON_IsString(value))
        return "a text";
    if (cJSON_IsNumber(value))
        return "a number";
    return cJSON_IsNull(value) ? "null" : "true or false";
}

static bool
expect(const struct json_place *place, bool holds, const char *wanted)
{
    if (!holds)
        json_problem(place, "must be %s, not %s", wanted, type_text(place->value));
    return holds;
}

bool
json_is_object(const struct json_place *place)
{
    return cJSON_IsObject(place->value);
}

bool
json_expect_object(const struct json_place *place)
{
    return expect(place, json_is_object(place), "an object {...}");
}

bool
json_expect_list(const struct json_place *place)
{
    return expect(place, cJSON_IsArray(place->value), "a list [...]");
}

static bool
is_among(const char *key, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void
tell_unknown_key(const struct json_place *object, const char *key, const char *const *keys, size_t count)
{
    const char *close = suggest(key, keys, count);
    struct strbuf known;

    if (close != NULL) {
        json_problem(object, "unknown key \"%s\"; did you mean \"%s\"?", key, close);
        return;
    }
    strbuf_init(&known);
    for (size_t i = 0; i < count; i++)
        strbuf_printf(&known, "%s%s", i > 0 ? ", " : "", keys[i]);
    json_problem(object, "unknown key \"%s\"; known here: %s", key, known.text);
    strbuf_destroy(&known);
}

void
json_expect_keys(const struct json_place *object, const char *const *keys, size_t count)
{
    for (struct json_place each = json_first(object); each.value != NULL; json_next(&each))
        if (strncmp(each.key, "$schema", 7) != 0 && !is_among(each.key, keys, count))
            tell_unknown_key(object, each.key, keys, count);
}

/* ---- Values ---- */

bool
json_is_text(const struct json_place *place)
{
    return cJSON_IsString(place->value);
}

bool
json_is_list(const struct json_place *place)
{
    return cJSON_IsArray(place->value);
}

bool
json_is_null(const struct json_place *place)
{
    return cJSON_IsNull(place->value);
}

const char *
json_text(const struct json_place *place)
{
    if (!expect(place, cJSON_IsString(place->value), "a text"))
        return NULL;
    if (place->value->valuestring[0] == '\0') {
        json_problem(place, "must not be empty");
        return NULL;
    }
    return arena_strdup(place->document->arena, place->value->valuestring);
}

static bool
is_whole(const cJSON *value)
{
    return cJSON_IsNumber(value) && fabs(value->valuedouble) <= EXACT_MAX &&
           value->valuedouble == floor(value->valuedouble);
}

const char *
json_exact(const struct json_place *place)
{
    if (is_whole(place->value))
        return arena_printf(place->document->arena, "%lld", (long long)place->value->valuedouble);
    if (cJSON_IsNumber(place->value)) {
        json_problem(place,
                     "must stand in quotes, such as \"0.45\": JSON numbers with a fraction, or of more than "
                     "15 digits, lose digits when they are read");
        return NULL;
    }
    return json_text(place);
}

bool
json_integer(const struct json_place *place, int64_t min, int64_t max, int64_t *out)
{
    if (!expect(place, cJSON_IsNumber(place->value), "a whole number"))
        return false;
    if (!is_whole(place->value) || (int64_t)place->value->valuedouble < min ||
        (int64_t)place->value->valuedouble > max) {
        json_problem(place, "must be a whole number from %lld to %lld", (long long)min, (long long)max);
        return false;
    }
    *out = (int64_t)place->value->valuedouble;
    return true;
}

bool
json_boolean(const struct json_place *place, bool *out)
{
    if (!expect(place, cJSON_IsBool(place->value), "true or false"))
        return false;
    *out = cJSON_IsTrue(place->value);
    return true;
}

/* ---- Members ---- */

const char *
json_member_text(const struct json_place *object, const char *key, const char *fallback)
{
    struct json_place member;
    const char *text;

    if (!json_member(object, key, &member))
        return fallback;
    text = json_text(&member);
    return text != NULL ? text : fallback;
}

static bool
require(const struct json_place *object, const char *key, struct json_place *out)
{
    if (json_member(object, key, out))
        return true;
    json_problem(object, "\"%s\" is missing", key);
    return false;
}

const char *
json_required_text(const struct json_place *object, const char *key)
{
    struct json_place member;

    return require(object, key, &member) ? json_text(&member) : NULL;
}

int64_t
json_member_integer(const struct json_place *object, const char *key, int64_t min, int64_t max,
                    int64_t fallback)
{
    struct json_place member;
    int64_t value;

    return json_member(object, key, &member) && json_integer(&member, min, max, &value) ? value : fallback;
}

bool
json_member_boolean(const struct json_place *object, const char *key, bool fallback)
{
    struct json_place member;
    bool value;

    return json_member(object, key, &member) && json_boolean(&member, &value) ? value : fallback;
}

bool
json_member_object(const struct json_place *object, const char *key, struct json_place *out)
{
    return json_member(object, key, out) && json_expect_object(out);
}

bool
json_member_list(const struct json_place *object, const char *key, struct json_place *out)
{
    return json_member(object, key, out) && json_expect_list(out);
}

bool
json_required_object(const struct json_place *object, const char *key, struct json_place *out)
{
    return require(object, key, out) && json_expect_object(out);
}

bool
json_required_list(const struct json_place *object, const char *key, struct json_place *out)
{
    return require(object, key, out) && json_expect_list(out);
}

size_t
json_texts(const struct json_place *list, const char *const **out)
{
    const char **texts = arena_array(list->document->arena, const char *, json_count(list));
    size_t count = 0;

    for (struct json_place each = json_first(list); each.value != NULL; json_next(&each)) {
        texts[count] = json_text(&each);
        if (texts[count] != NULL)
            count++;
    }
    *out = texts;
    return count;
}
