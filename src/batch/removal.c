#include "removal.h"

#include "queries.h"

#include <inttypes.h>
#include <stdio.h>

#define WHOLE_MILLIONTHS 1000000

void
removal_note(struct removal *removal, const struct ledger_entry *entry, int64_t pages, int64_t quarantined)
{
    if (entry == NULL)
        return;
    if (pages < entry->pages)
        removal->fewer += entry->pages - pages;
    if (quarantined > entry->quarantined)
        removal->quarantined += quarantined - entry->quarantined;
}

int64_t
removal_count(const struct removal *removal, int64_t rows_deleted)
{
    int64_t rows = rows_deleted - removal->quarantined;

    return rows > removal->fewer ? rows : removal->fewer;
}

static bool
is_past(const struct config *config, int64_t removed, int64_t of)
{
    return removed > config->removals_pages && removed * WHOLE_MILLIONTHS > of * config->removals_millionths;
}

static void
set_held(struct err *err, const struct pass *pass, int64_t removed, int64_t of, const char *whose)
{
    const struct config *config = pass->config;

    err_set(
        err, ERR_CENTERS,
        "held, and nothing of it changed: %" PRId64 " of %" PRId64
        " pages%s are gone from the source, and \"removals\" allows %d pages and a share of %s. Look at the "
        "source; `crfd run%s` tries again, and where they are meant to go `crfd run%s --allow-removals "
        "--reason "
        "TEXT` lets them",
        removed, of, whose, config->removals_pages, config->removals_share,
        pass->is_rerun ? " --rerun --reason TEXT" : "", pass->is_rerun ? " --rerun" : "");
}

/* What the other centers of the run have lost. A dry run has no record; what this process counted is all there is. */
static bool
removed_before(const struct worker *worker, int64_t *removed, struct err *err)
{
    char run_id[24];
    struct conn_param run = CONN_TEXT(run_id);
    PGresult *locked;

    if (worker->pass->dry_run) {
        *removed = progress_pages_removed(worker->pass->progress);
        return true;
    }
    snprintf(run_id, sizeof run_id, "%" PRId64, worker->pass->run_id);
    locked =
        conn_query_prepared(worker->analysis, "waiting for other removals", sql_removal_lock, &run, 1, err);
    PQclear(locked);
    return locked != NULL && conn_query_int(worker->analysis, "counting the removals of the run",
                                            sql_removal_sum, &run, 1, removed, err);
}

bool
removal_check(const struct worker *worker, int64_t removed, int64_t ledger_pages, bool *held, struct err *err)
{
    const struct pass *pass = worker->pass;
    int64_t before;

    *held = false;
    if (removed == 0 || pass->allow_removals)
        return true;
    if (is_past(pass->config, removed, ledger_pages)) {
        *held = true;
        set_held(err, pass, removed, ledger_pages, "");
        return false;
    }
    if (!removed_before(worker, &before, err))
        return false;
    *held = is_past(pass->config, before + removed, pass->ledger_pages);
    if (*held)
        set_held(err, pass, before + removed, pass->ledger_pages, " of the centers of the run");
    return !*held;
}
