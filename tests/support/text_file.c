#include "text_file.h"

#include "cluster.h"
#include "fail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *
text_file_read(const char *path)
{
    char *joined = cluster_project_path(path);
    FILE *file = fopen(joined, "re");
    char *text = NULL;
    size_t size = 0;

    TEST_REQUIRE(file != NULL, "%s: %s", joined, strerror(errno));
    TEST_REQUIRE(getdelim(&text, &size, '\0', file) > 0, "%s: cannot be read, or is empty", joined);
    fclose(file);
    free(joined);
    return text;
}

void
text_file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "we");

    TEST_REQUIRE(file != NULL, "%s: %s", path, strerror(errno));
    TEST_REQUIRE(fputs(text, file) >= 0 && fclose(file) == 0, "%s: %s", path, strerror(errno));
}
