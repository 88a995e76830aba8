/*
 * guide.h: the worked examples of docs/checks.md, read out of the page itself.
 *
 * A block "json study" is the study. An example is a heading "### NUMBER. TITLE", its checks in blocks "json" or
 * the id of a rule behind "Rule:", and tables, each the pages of one subject with the findings they get. Tables behind it
 * that begin with "afterwards" are pages of the same subject, as they are on each later night, and how the findings, which
 * were waived after the first, stand then.
 *
 * What is not written like that ends the test.
 *
 * Threads: one thread at a time.
 * Memory:  allocated once and freed by guide_free.
 */
#ifndef CRFD_TESTS_GUIDE_H
#define CRFD_TESTS_GUIDE_H

#include <stdbool.h>
#include <stddef.h>

/* A row of a table. */
struct guide_page {
    int example; /* index */
    int subject; /* counted over the whole guide, from 1 */
    int night;   /* the first is 1 */
    char *event;
    char *form;
    int form_repeat;
    char *data;    /* NULL: no such page */
    char *finding; /* check id; NULL: none */
    char *state;   /* of the finding, on a later night */
    bool is_error;
};

struct guide_example {
    char *title;
    char *rules; /* a LIKE pattern for each rule that it is about, as an array of PostgreSQL */
};

struct guide {
    char *study; /* the definition, with the checks of all examples */
    struct guide_example *examples;
    size_t example_count;
    struct guide_page *pages;
    size_t page_count;
};

void guide_read(struct guide *guide, const char *project_path);
void guide_free(struct guide *guide);

#endif
