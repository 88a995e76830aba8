#include "ask.h"
#include "crfd/pg/rows.h"

#include "crfd/batch/session.h"
#include "crfd/pg/migrate.h"
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int
ask_command(struct arena *arena, const struct common_args *common, const void *args,
            bool (*answer)(struct conn *, struct arena *, const void *args, struct err *))
{
    struct config config;
    int exit_status;

    if (!load_config(arena, common, &config, &exit_status))
        return exit_status;
    return ask_database(arena, &config, args, answer);
}

int
ask_database(struct arena *arena, const struct config *config, const void *args,
             bool (*answer)(struct conn *, struct arena *, const void *args, struct err *))
{
    struct context context;
    struct conn *conn;
    struct err err = {0};
    bool ok;

    if (!context_init(&context, NULL, "run", config->run_deadline_ms, &err))
        return tell_error(&err);
    conn = session_open_reader(config, &context, &err);
    ok = conn != NULL && migrate_check(conn, &err) && answer(conn, arena, args, &err);
    conn_close(conn);
    context_destroy(&context);
    return ok ? 0 : tell_error(&err);
}

bool
ask_check(struct ask_form form, struct err *err)
{
    if (!form.raw || form.csv)
        return true;
    err_set(err, ERR_USAGE, "--raw is of --csv");
    return false;
}

bool
ask_is_raw(struct ask_form form)
{
    return form.raw && table_columns() == 0;
}

void
ask_append(struct strbuf *out, struct ask_form form, const PGresult *rows, const struct table_column *list,
           size_t count)
{
    if (form.json) {
        rows_append_json(out, rows);
        strbuf_append_char(out, '\n');
    } else if (form.csv) {
        rows_append_csv(out, rows, ask_is_raw(form));
    } else {
        table_append(out, rows, list, count, table_columns());
    }
}

bool
ask_print(const struct strbuf *text, struct err *err)
{
    (void)fwrite(text->text, 1, text->length, stdout);
    return ask_flush(err);
}

bool
ask_flush(struct err *err)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return true;
    err_set(err, ERR_IO, "writing to standard output: %s", strerror(errno));
    return false;
}
