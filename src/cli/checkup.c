#include "checkup.h"

#include "render.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INDENT          "         "
#define ROLES_INSTALLED CRFD_DATA_FOLDER "/sql/roles.sql"

/* ---- Lines ---- */

static void tell(struct checkup *checkup, const char *mark, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Names of the databases stand in it: none may steer the terminal. */
static void
tell(struct checkup *checkup, const char *mark, const char *format, va_list args)
{
    struct strbuf text, shown;

    if (!checkup->last_was_told)
        return;
    strbuf_init(&text);
    strbuf_init(&shown);
    strbuf_vprintf(&text, format, args);
    render_text(&shown, text.text);
    printf("%s%s\n", mark, shown.text);
    strbuf_destroy(&shown);
    strbuf_destroy(&text);
}

void
checkup_ok(struct checkup *checkup, const char *format, ...)
{
    va_list args;

    checkup->last_was_told = !checkup->quiet;
    va_start(args, format);
    tell(checkup, "ok       ", format, args);
    va_end(args);
}

void
checkup_note(struct checkup *checkup, const char *format, ...)
{
    va_list args;

    checkup->notes++;
    checkup->last_was_told = true;
    va_start(args, format);
    tell(checkup, "note     ", format, args);
    va_end(args);
}

void
checkup_problem(struct checkup *checkup, const char *format, ...)
{
    va_list args;

    checkup->problems++;
    checkup->last_was_told = true;
    va_start(args, format);
    tell(checkup, "PROBLEM  ", format, args);
    va_end(args);
}

void
checkup_detail(struct checkup *checkup, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tell(checkup, INDENT, format, args);
    va_end(args);
}

/* ---- Commands ---- */

#define SHELL_PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-"

/* One word for a shell. */
static void
append_word(struct strbuf *out, const char *text)
{
    if (*text != '\0' && text[strspn(text, SHELL_PLAIN)] == '\0') {
        strbuf_append(out, text);
        return;
    }
    strbuf_append_char(out, '\'');
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            strbuf_append(out, "'\\''");
        else
            strbuf_append_char(out, *text);
    }
    strbuf_append_char(out, '\'');
}

void
checkup_command(struct checkup *checkup, const char *command, const char *path, const char *comment)
{
    struct strbuf word;

    strbuf_init(&word);
    append_word(&word, path);
    checkup_detail(checkup, "%s %s%s%s", command, word.text, *comment != '\0' ? "  # " : "", comment);
    strbuf_destroy(&word);
}

static void
append_psql(struct strbuf *out, const struct checkup_database *database)
{
    struct conn_place place = conn_place(database->conn);

    strbuf_append(out, "psql -X -h ");
    append_word(out, place.host);
    strbuf_append(out, " -p ");
    append_word(out, place.port);
    strbuf_append(out, " -d ");
    append_word(out, place.database);
}

void
checkup_statement(struct checkup *checkup, const struct checkup_database *database, const char *sql)
{
    struct strbuf command;

    strbuf_init(&command);
    append_psql(&command, database);
    strbuf_append(&command, " -c ");
    append_word(&command, sql);
    checkup_detail(checkup, "%s", command.text);
    strbuf_destroy(&command);
}

/* The next name of a relation as the configuration quotes it: "edc"."crf_page". Returns what is behind it. */
static const char *
take_name(const char *quoted, struct strbuf *name)
{
    strbuf_reset(name);
    for (quoted++; *quoted != '"' || quoted[1] == '"'; quoted++) {
        strbuf_append_char(name, *quoted);
        quoted += *quoted == '"';
    }
    return quoted + 1;
}

/* Which relation sql/roles.sql is to grant, where it is not the one that it knows. */
static void
append_relation(struct strbuf *out, const char *relation)
{
    struct strbuf name;

    if (strcmp(relation, "\"edc\".\"crf_page\"") == 0)
        return;
    strbuf_init(&name);
    relation = take_name(relation, &name);
    strbuf_append(out, " -v source_schema=");
    append_word(out, name.text);
    (void)take_name(relation + 1, &name);
    strbuf_append(out, " -v source_table=");
    append_word(out, name.text);
    strbuf_destroy(&name);
}

void
checkup_roles(struct checkup *checkup, const struct checkup_database *database)
{
    struct strbuf command;

    strbuf_init(&command);
    append_psql(&command, database);
    strbuf_printf(&command, " -v %s=1", database->label);
    if (database == &checkup->source)
        append_relation(&command, checkup->config->source_relation);
    strbuf_printf(&command, " -f %s", access(ROLES_INSTALLED, R_OK) == 0 ? ROLES_INSTALLED : "sql/roles.sql");
    checkup_detail(checkup, "%s", command.text);
    strbuf_destroy(&command);
}
