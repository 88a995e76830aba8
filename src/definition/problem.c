#include "crfd/definition/problem.h"

#include "crfd/base/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Columns that an excerpt shows before the place and in all; the rest becomes "...". */
#define EXCERPT_BEFORE  48
#define EXCERPT_COLUMNS 96

void
problems_init(struct problems *problems, struct arena *arena, const char *file)
{
    *problems = (struct problems){.arena = arena, .file = arena_strdup(arena, file)};
}

static const char *
format_text(struct arena *arena, const char *format, va_list args)
{
    struct strbuf text;
    const char *copy;

    strbuf_init(&text);
    strbuf_vprintf(&text, format, args);
    copy = arena_copy(arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}

static void
append(struct problems *problems, struct problem problem)
{
    problems->mistakes += !problem.is_warning;
    if (problems->count == PROBLEMS_MAX) {
        problems->dropped++;
        return;
    }
    if (problems->count == problems->capacity) {
        size_t capacity = problems->capacity ? 2 * problems->capacity : 16;
        struct problem *list = arena_array(problems->arena, struct problem, capacity);

        if (problems->count > 0)
            memcpy(list, problems->list, problems->count * sizeof *list);
        problems->list = list;
        problems->capacity = capacity;
    }
    problem.path = arena_strdup(problems->arena, problem.path);
    problems->list[problems->count++] = problem;
}

void
problem_add(struct problems *problems, const char *path, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    append(problems, (struct problem){.path = path, .message = format_text(problems->arena, format, args)});
    va_end(args);
}

/* ---- The excerpt ---- */

/* Control characters, line breaks among them, are shown as a blank: the excerpt is one line. */
static bool
is_shown_blank(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

/* The character at `at`: its bytes, at least 1, and the columns that a terminal gives it. */
static size_t
character(const char *text, size_t length, size_t at, int *columns)
{
    int32_t c;
    size_t size = utf8_decode(text + at, length - at, &c);

    if (size == 0) {
        *columns = 1;
        return 1;
    }
    *columns = is_shown_blank(c) ? 1 : utf8proc_charwidth(c);
    return size;
}

static size_t
character_start(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

static void
append_character(struct strbuf *out, const char *text, size_t at, size_t size)
{
    int32_t c;

    if (utf8_decode(text + at, size, &c) == 0)
        strbuf_append_char(out, '?');
    else if (is_shown_blank(c))
        strbuf_append_char(out, ' ');
    else
        strbuf_append_bytes(out, text + at, size);
}

static const char *
excerpt_at(struct arena *arena, const char *text, size_t offset)
{
    size_t length = strlen(text);
    size_t place = character_start(text, offset < length ? offset : length);
    size_t start = place;
    size_t end;
    int before = 0;
    int shown, columns;
    struct strbuf out;
    const char *copy;

    while (start > 0) {
        size_t previous = character_start(text, start - 1);

        character(text, length, previous, &columns);
        if (before + columns > EXCERPT_BEFORE)
            break;
        before += columns;
        start = previous;
    }
    strbuf_init(&out);
    if (start > 0) {
        strbuf_append(&out, "...");
        before += 3;
    }
    shown = 0;
    for (end = start; end < length;) {
        size_t size = character(text, length, end, &columns);

        if (shown + columns > EXCERPT_COLUMNS)
            break;
        append_character(&out, text, end, size);
        shown += columns;
        end += size;
    }
    if (end < length)
        strbuf_append(&out, "...");
    strbuf_append_char(&out, '\n');
    for (int i = 0; i < before; i++)
        strbuf_append_char(&out, ' ');
    strbuf_append_char(&out, '^');
    copy = arena_copy(arena, out.text, out.length);
    strbuf_destroy(&out);
    return copy;
}

void
problem_add_at(struct problems *problems, const char *path, const char *text, size_t offset,
               const char *format, ...)
{
    va_list args;

    va_start(args, format);
    append(problems, (struct problem){.path = path,
                                      .message = format_text(problems->arena, format, args),
                                      .excerpt = excerpt_at(problems->arena, text, offset)});
    va_end(args);
}

void
problem_warn_at(struct problems *problems, const char *path, const char *text, size_t offset,
                const char *format, ...)
{
    va_list args;

    va_start(args, format);
    append(problems, (struct problem){.path = path,
                                      .message = format_text(problems->arena, format, args),
                                      .excerpt = excerpt_at(problems->arena, text, offset),
                                      .is_warning = true});
    va_end(args);
}

static void
print_indented(const char *lines, struct strbuf *out)
{
    while (*lines != '\0') {
        size_t length = strcspn(lines, "\n");

        strbuf_append(out, "    ");
        strbuf_append_bytes(out, lines, length);
        strbuf_append_char(out, '\n');
        lines += length + (lines[length] == '\n');
    }
}

void
problems_print(const struct problems *problems, struct strbuf *out)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->list[i];

        strbuf_printf(out, "%s: ", problems->file);
        if (problem->path[0] != '\0')
            strbuf_printf(out, "%s: ", problem->path);
        strbuf_printf(out, "%s%s\n", problem->is_warning ? "warning: " : "", problem->message);
        if (problem->excerpt != NULL)
            print_indented(problem->excerpt, out);
    }
    if (problems->dropped > 0)
        strbuf_printf(out, "%s: and %zu more\n", problems->file, problems->dropped);
}
