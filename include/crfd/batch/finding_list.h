/*
 * finding_list.h: which findings are asked for, as parameters of sql/queries/list_findings.sql: for `crfd findings` and for
 * the pages.
 *
 * Threads: as the connection.
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_BATCH_FINDING_LIST_H
#define CRFD_BATCH_FINDING_LIST_H

#include "crfd/base/arena.h"
#include "crfd/base/err.h"
#include "crfd/batch/names.h"
#include "crfd/pg/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINDING_LIST_PARAMS 17

struct finding_filter {
    const char *const *centers; /* of none, all */
    size_t center_count;
    const char *const *categories;
    size_t category_count;
    const char *subject_id; /* this and what follows: NULL: all */
    const char *form;       /* the CRF's */
    const char *item;
    const char *check_id;
    const char *state;    /* open, closed, waived */
    const char *severity; /* A,B */
    const char *search;   /* a text in message, subject or check */
    const char *ids;      /* an array for SQL */
    const char *after;    /* those behind this one, which must be there */
    const char *age_from; /* days, whole numbers */
    const char *age_to;
    bool is_new;
    int64_t limit; /* 0: none */
};

struct finding_list {
    const struct finding_filter *filter;
    const struct names_place *place;
    const char *centers; /* an array for SQL; NULL: all */
    struct conn_param params[FINDING_LIST_PARAMS];
};

/* ERR_USAGE where a center is unknown, or there has been no night whose findings could be the new ones. */
bool finding_list_open(struct finding_list *list, struct conn *conn, struct arena *arena,
                       const struct names_place *place, const struct finding_filter *filter,
                       struct err *err) CRFD_MUST_CHECK;

/*
 * ERR_USAGE with "did you mean" where something that was named does not exist. is_found: a finding was found, so that there
 * is all of it, but for one of several categories.
 */
bool finding_list_know(const struct finding_list *list, struct conn *conn, struct arena *arena, bool is_found,
                       struct err *err) CRFD_MUST_CHECK;

/* Pages at these places that were not taken in, and that no check has seen: a list without them would read as clean. */
bool finding_list_quarantined(const struct finding_list *list, struct conn *conn, int64_t *pages,
                              struct err *err) CRFD_MUST_CHECK;

#endif
