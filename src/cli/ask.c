#include "crfd/cli/ask.h"

#include "crfd/batch/session.h"
#include "crfd/pg/migrate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool
ask_open(struct ask *ask, const struct config *config, struct err *err)
{
    *ask = (struct ask){0};
    if (!context_init(&ask->context, NULL, "run", config->run_deadline_ms, err))
        return false;
    ask->conn = session_open_reader(config, &ask->context, err);
    return ask->conn != NULL && migrate_check(ask->conn, err);
}

void
ask_close(struct ask *ask)
{
    conn_close(ask->conn);
    context_destroy(&ask->context);
}

void
ask_append(struct strbuf *out, const struct args *args, const PGresult *rows, const struct table_column *list,
           size_t count)
{
    if (args->json) {
        table_append_json(out, rows);
        strbuf_append_char(out, '\n');
    } else if (args->csv) {
        table_append_csv(out, rows);
    } else {
        table_append(out, rows, list, count, table_columns());
    }
}

bool
ask_print(const struct strbuf *text, struct err *err)
{
    if (fwrite(text->text, 1, text->length, stdout) == text->length && fflush(stdout) == 0)
        return true;
    err_set(err, ERR_IO, "writing to standard output: %s", strerror(errno));
    return false;
}
