/*
 * keys.c schema|manual: prints what is made from the keys of the configuration: the JSON Schema, which is kept as
 * config.schema.json, or the list of crfd.json(5), which is filled into its page while crfd is built.
 */
#include "definition/config_key.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EDITOR_TEXT "For editors; crfd does not read it."

/* ---- The schema ---- */

static void
add_fallback(cJSON *schema, const struct config_key *key)
{
    if (key->fallback == NULL)
        return;
    if (key->kind == KEY_INTEGER || key->kind == KEY_BOOLEAN)
        cJSON_AddRawToObject(schema, "default", key->fallback);
    else
        cJSON_AddStringToObject(schema, "default", key->fallback);
}

static void add_keys(cJSON *schema, const struct config_key *keys);

static void
add_type(cJSON *schema, const struct config_key *key)
{
    static const char *const types[] = {
        [KEY_OBJECT] = "object",   [KEY_TEXT] = "string",     [KEY_DURATION] = "string",
        [KEY_INTEGER] = "integer", [KEY_BOOLEAN] = "boolean", [KEY_WORD] = "string",
    };
    cJSON *words;

    cJSON_AddStringToObject(schema, "type", types[key->kind]);
    switch (key->kind) {
    case KEY_OBJECT:
        add_keys(schema, key->keys);
        break;
    case KEY_TEXT:
        if (key->pattern != NULL)
            cJSON_AddStringToObject(schema, "pattern", key->pattern);
        else
            cJSON_AddNumberToObject(schema, "minLength", 1);
        break;
    case KEY_DURATION:
        cJSON_AddStringToObject(schema, "pattern", "^[0-9]{1,10}(ms|s|min|h|d)$");
        break;
    case KEY_INTEGER:
        cJSON_AddNumberToObject(schema, "minimum", (double)key->min);
        cJSON_AddNumberToObject(schema, "maximum", (double)key->max);
        break;
    case KEY_WORD:
        words = cJSON_AddArrayToObject(schema, "enum");
        for (int i = 0; key->words[i] != NULL; i++)
            cJSON_AddItemToArray(words, cJSON_CreateString(key->words[i]));
        break;
    case KEY_BOOLEAN:
        break;
    }
}

static void
add_keys(cJSON *schema, const struct config_key *keys)
{
    cJSON *required = cJSON_CreateArray();
    cJSON *properties;

    for (const struct config_key *key = keys; key->name != NULL; key++)
        if (key->required)
            cJSON_AddItemToArray(required, cJSON_CreateString(key->name));
    if (cJSON_GetArraySize(required) > 0)
        cJSON_AddItemToObject(schema, "required", required);
    else
        cJSON_Delete(required);
    cJSON_AddFalseToObject(schema, "additionalProperties");
    properties = cJSON_AddObjectToObject(schema, "properties");
    if (keys == config_keys) {
        cJSON *editor = cJSON_AddObjectToObject(properties, "$schema");

        cJSON_AddStringToObject(editor, "description", EDITOR_TEXT);
        cJSON_AddStringToObject(editor, "type", "string");
    }
    for (const struct config_key *key = keys; key->name != NULL; key++) {
        cJSON *property = cJSON_AddObjectToObject(properties, key->name);

        cJSON_AddStringToObject(property, "description", key->text);
        add_type(property, key);
        add_fallback(property, key);
    }
}

/* cJSON indents by tabs, and has one behind each colon. */
static void
print_json(const cJSON *value)
{
    char *text = cJSON_Print(value);
    bool is_indent = true;

    if (text == NULL)
        abort();
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\t')
            fputs(is_indent ? "  " : " ", stdout);
        else
            putchar(*at);
        is_indent = *at == '\n' || (is_indent && *at == '\t');
    }
    putchar('\n');
    cJSON_free(text);
}

static void
print_schema(void)
{
    cJSON *schema = cJSON_CreateObject();

    cJSON_AddStringToObject(schema, "$schema", "http://json-schema.org/draft-07/schema#");
    cJSON_AddStringToObject(schema, "$id", "config.schema.json");
    cJSON_AddStringToObject(schema, "title", "crfd configuration");
    cJSON_AddStringToObject(schema, "description",
                            "The configuration file of one crfd instance. Comments are allowed.");
    cJSON_AddStringToObject(schema, "type", "object");
    add_keys(schema, config_keys);
    print_json(schema);
    cJSON_Delete(schema);
}

/* ---- The manual ---- */

/* In mdoc each sentence begins a line. */
static void
print_sentences(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        bool ends = at[0] == '.' && at[1] == ' ';

        putchar(*at);
        if (ends) {
            putchar('\n');
            at++;
        }
    }
    putchar('\n');
}

static void
print_bounds(const struct config_key *key)
{
    if (key->kind == KEY_INTEGER)
        printf("From %lld to %lld.\n", (long long)key->min, (long long)key->max);
    if (key->kind == KEY_DURATION)
        puts("A number with its unit: ms, s, min, h or d.");
    if (key->kind == KEY_WORD) {
        for (int i = 0; key->words[i] != NULL; i++)
            printf("%s%s", i == 0 ? "One of " : ", ", key->words[i]);
        puts(".");
    }
}

static void
print_items(const struct config_key *keys)
{
    puts(".Bl -tag -width Ds");
    if (keys == config_keys)
        puts(".It Cm $schema\n" EDITOR_TEXT);
    for (const struct config_key *key = keys; key->name != NULL; key++) {
        printf(".It Cm %s%s\n", key->name, key->required ? " Pq required" : "");
        print_sentences(key->text);
        print_bounds(key);
        if (key->fallback != NULL)
            printf("The default is %s.\n", key->fallback);
        if (key->kind == KEY_OBJECT)
            print_items(key->keys);
    }
    puts(".El");
}

/* Standard input is the page, with a line in the place of the list. */
static void
print_manual(void)
{
    char *line = NULL;
    size_t size = 0;

    while (getline(&line, &size, stdin) > 0) {
        if (strcmp(line, "@KEYS@\n") == 0)
            print_items(config_keys);
        else
            fputs(line, stdout);
    }
    free(line);
}

int
main(int argc, char *argv[])
{
    if (argc == 2 && strcmp(argv[1], "manual") == 0)
        print_manual();
    else
        print_schema();
    return fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
