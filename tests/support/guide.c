#include "guide.h"

#include "fail.h"
#include "text_file.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLES_MAX 64
#define PAGES_MAX    512
#define COLUMNS      4

/* The page as it is read, line by line. */
struct reading {
    struct guide *guide;
    cJSON *study;
    cJSON *checks;
    bool in_block;
    bool is_study;
    char *block;
    size_t block_length;
    FILE *block_file;
    bool in_table;
    int subject;
    int night; /* of its table */
};

static bool
starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static struct guide_example *
current(struct reading *reading)
{
    TEST_REQUIRE(reading->guide->example_count > 0, "the guide: a check or a table before the first example");
    return &reading->guide->examples[reading->guide->example_count - 1];
}

/* The id with % for what a `for` puts in: LB-{t} becomes LB-%. */
static void
add_rule(struct reading *reading, const char *id)
{
    struct guide_example *example = current(reading);
    char *longer = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&longer, &size);
    bool in_braces = false;

    fprintf(out, "%s%s\"", example->rules ? example->rules : "", example->rules ? "," : "");
    for (const char *c = id; *c != '\0'; c++) {
        if (*c == '{')
            fputc('%', out);
        in_braces = *c == '{' || (in_braces && *c != '}');
        if (!in_braces && *c != '}')
            fputc(*c, out);
    }
    fputc('"', out);
    fclose(out);
    free(example->rules);
    example->rules = longer;
}

static void
begin_block(struct reading *reading, const char *line)
{
    reading->in_block = true;
    reading->is_study = strcmp(line, "```json study") == 0;
    reading->block_file = open_memstream(&reading->block, &reading->block_length);
}

static void
end_block(struct reading *reading)
{
    cJSON *value;

    reading->in_block = false;
    fclose(reading->block_file);
    value = cJSON_Parse(reading->block);
    TEST_REQUIRE(value != NULL, "the guide: this is not JSON:\n%s", reading->block);
    free(reading->block);
    if (reading->is_study) {
        TEST_REQUIRE(reading->study == NULL, "the guide has two studies");
        reading->study = value;
        return;
    }
    add_rule(reading, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(value, "id")));
    cJSON_AddItemToArray(reading->checks, value);
}

/* Without blanks and back quotes around it. */
static char *
trimmed(const char *text, size_t length)
{
    while (length > 0 && (isspace((unsigned char)*text) || *text == '`'))
        text++, length--;
    while (length > 0 && (isspace((unsigned char)text[length - 1]) || text[length - 1] == '`'))
        length--;
    return strndup(text, length);
}

/* "ae 2": the form and its repeat. */
static void
take_form(struct guide_page *page, char *cell)
{
    char *blank = strchr(cell, ' ');

    page->form_repeat = blank != NULL ? (int)strtol(blank + 1, NULL, 10) : 1;
    if (blank != NULL)
        *blank = '\0';
    page->form = cell;
}

/* "`VS002` error" */
static void
take_finding(struct guide_page *page, char *cell)
{
    char *end = strchr(cell, '`');

    page->is_error = end != NULL && strstr(end, "error") != NULL;
    if (end != NULL) {
        page->state = trimmed(end, strlen(end));
        *end = '\0';
    }
    if (*cell != '\0')
        page->finding = cell;
    else
        free(cell);
}

static void
take_row(struct reading *reading, const char *line)
{
    struct guide *guide = reading->guide;
    struct guide_page page = {
        .example = (int)guide->example_count - 1, .subject = reading->subject, .night = reading->night};
    char *cells[COLUMNS];
    const char *at = line + 1;

    for (int i = 0; i < COLUMNS; i++) {
        const char *end = strchr(at, '|');

        TEST_REQUIRE(end != NULL, "the guide: not a row of %d columns: %s", COLUMNS, line);
        cells[i] = trimmed(at, (size_t)(end - at));
        at = end + 1;
    }
    page.event = cells[0];
    take_form(&page, cells[1]);
    page.data = cells[2];
    if (strcmp(cells[2], "no page") == 0) {
        free(cells[2]);
        page.data = NULL;
    }
    take_finding(&page, cells[3]);
    TEST_REQUIRE(guide->page_count < PAGES_MAX, "the guide has too many pages");
    guide->pages[guide->page_count++] = page;
}

static void
take_line(struct reading *reading, const char *line)
{
    struct guide *guide = reading->guide;

    if (reading->in_block && strcmp(line, "```") == 0) {
        end_block(reading);
    } else if (reading->in_block) {
        fprintf(reading->block_file, "%s\n", line);
    } else if (strcmp(line, "```json") == 0 || strcmp(line, "```json study") == 0) {
        begin_block(reading, line);
    } else if (starts_with(line, "### ")) {
        TEST_REQUIRE(guide->example_count < EXAMPLES_MAX, "the guide has too many examples");
        guide->examples[guide->example_count++] = (struct guide_example){.title = strdup(line + 4)};
        reading->night = 0;
    } else if (starts_with(line, "Rule: ")) {
        char *id = trimmed(line + 6, strlen(line + 6));

        add_rule(reading, id);
        free(id);
    } else if (strcmp(line, "| event | form | page | finding |") == 0) {
        current(reading);
        reading->in_table = true;
        reading->subject++;
        reading->night = 1;
    } else if (strcmp(line, "| afterwards | form | page | finding |") == 0) {
        TEST_REQUIRE(reading->night > 0, "the guide: what is afterwards stands before any page");
        reading->in_table = true;
        reading->night++;
    } else if (reading->in_table && *line == '|') {
        if (!starts_with(line, "|---"))
            take_row(reading, line);
    } else {
        reading->in_table = false;
    }
}

void
guide_read(struct guide *guide, const char *project_path)
{
    struct reading reading = {.guide = guide, .checks = cJSON_CreateArray()};
    char *text = text_file_read(project_path);
    char *rest = text;
    char *line;

    *guide = (struct guide){
        .examples = calloc(EXAMPLES_MAX, sizeof *guide->examples),
        .pages = calloc(PAGES_MAX, sizeof *guide->pages),
    };
    TEST_REQUIRE(guide->examples != NULL && guide->pages != NULL, "out of memory");
    while ((line = strsep(&rest, "\n")) != NULL)
        take_line(&reading, line);
    TEST_REQUIRE(reading.study != NULL && !reading.in_block,
                 "the guide has no study, or a block does not end");
    cJSON_AddItemToObject(reading.study, "checks", reading.checks);
    guide->study = cJSON_Print(reading.study);
    cJSON_Delete(reading.study);
    free(text);
}

void
guide_free(struct guide *guide)
{
    for (size_t i = 0; i < guide->example_count; i++) {
        free(guide->examples[i].title);
        free(guide->examples[i].rules);
    }
    for (size_t i = 0; i < guide->page_count; i++) {
        free(guide->pages[i].event);
        free(guide->pages[i].form);
        free(guide->pages[i].data);
        free(guide->pages[i].finding);
        free(guide->pages[i].state);
    }
    free(guide->examples);
    free(guide->pages);
    free(guide->study);
}
