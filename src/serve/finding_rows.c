#include "finding_rows.h"

#include "crfd/base/hex.h"
#include "crfd/pg/rows.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* These change by themselves, or are the study's. */
static const char *const passing[] = {"age_days", "label"};

static bool
is_passing(const char *name)
{
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++)
        if (strcmp(name, passing[i]) == 0)
            return true;
    return false;
}

void
finding_rows_version(const PGresult *rows, int row, char out[FINDING_VERSION_SIZE])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct strbuf all;

    strbuf_init(&all);
    for (int column = 0; column < PQnfields(rows); column++)
        if (!is_passing(PQfname(rows, column)))
            strbuf_printf(&all, "%d:%s", PQgetisnull(rows, row, column) ? -1 : PQgetlength(rows, row, column),
                          PQgetvalue(rows, row, column));
    if (EVP_Digest(all.text, all.length, digest, NULL, EVP_sha256(), NULL) != 1)
        abort();
    strbuf_destroy(&all);
    hex_encode(digest, (FINDING_VERSION_SIZE - 1) / 2, out);
}

void
finding_rows_append(struct strbuf *out, const PGresult *rows, int row)
{
    char version[FINDING_VERSION_SIZE];

    finding_rows_version(rows, row, version);
    strbuf_append_char(out, '{');
    rows_append_json_members(out, rows, row);
    strbuf_printf(out, ", \"version\": \"%s\"}", version);
}

void
finding_rows_append_list(struct strbuf *out, const PGresult *rows, int count)
{
    strbuf_append_char(out, '[');
    for (int row = 0; row < count; row++) {
        strbuf_append(out, row > 0 ? ",\n " : "");
        finding_rows_append(out, rows, row);
    }
    strbuf_append_char(out, ']');
}
