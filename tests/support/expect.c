#include "expect.h"

#include "cluster.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

void
expect_int(PGconn *connection, int64_t expected, const char *what, const char *sql)
{
    int64_t found = cluster_int(connection, sql);

    ck_assert_msg(found == expected, "%s: %lld, not %lld", what, (long long)found, (long long)expected);
}

void
expect_text(PGconn *connection, const char *expected, const char *what, const char *sql)
{
    char *found = cluster_text(connection, sql);

    ck_assert_msg(strcmp(found, expected) == 0, "%s:\n%s\nnot\n%s", what, found, expected);
    free(found);
}

void
expect_in(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in:\n%.3000s", part, text);
}
