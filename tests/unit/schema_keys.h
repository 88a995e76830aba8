/*
 * schema_keys.h: which keys a JSON Schema knows at a place.
 */
#ifndef CRFD_TESTS_SCHEMA_KEYS_H
#define CRFD_TESTS_SCHEMA_KEYS_H

#include <check.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA_MAX_BYTES 65536

/* The keys at `place` ("properties/source/properties"), joined by ", ", without $schema; malloc'ed. */
static inline char *
schema_keys(const char *file, const char *place)
{
    char *text = calloc(1, SCHEMA_MAX_BYTES);
    char *keys = calloc(1, SCHEMA_MAX_BYTES);
    char *copy = strdup(place);
    char *rest = copy;
    FILE *stream = fopen(file, "r");
    cJSON *schema;
    const cJSON *at;

    ck_assert_msg(stream != NULL && text != NULL && keys != NULL && copy != NULL, "%s cannot be read", file);
    ck_assert_uint_lt(fread(text, 1, SCHEMA_MAX_BYTES - 1, stream), SCHEMA_MAX_BYTES - 1);
    fclose(stream);
    schema = cJSON_Parse(text);
    ck_assert_msg(schema != NULL, "%s is not JSON", file);
    at = schema;
    while (rest != NULL) {
        const char *name = strsep(&rest, "/");

        at = cJSON_GetObjectItemCaseSensitive(at, name);
        ck_assert_msg(at != NULL, "%s has no %s of %s", file, name, place);
    }
    for (at = at->child; at != NULL; at = at->next)
        if (strcmp(at->string, "$schema") != 0)
            snprintf(keys + strlen(keys), SCHEMA_MAX_BYTES - strlen(keys), "%s%s",
                     keys[0] != '\0' ? ", " : "", at->string);
    cJSON_Delete(schema);
    free(copy);
    free(text);
    return keys;
}

#endif
