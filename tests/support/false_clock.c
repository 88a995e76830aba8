#include "false_clock.h"

#include "fail.h"

#include <stdio.h>
#include <time.h>

void
false_clock_set(const char *file, int64_t unix_s)
{
    char next[256];
    FILE *offset;

    snprintf(next, sizeof next, "%s.next", file);
    offset = fopen(next, "we");
    TEST_REQUIRE(offset != NULL, "%s cannot be written", next);
    fprintf(offset, "%+lld\n", (long long)(unix_s - time(NULL)));
    TEST_REQUIRE(fclose(offset) == 0 && rename(next, file) == 0, "%s cannot be written", file);
}
