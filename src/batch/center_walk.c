#include "center_walk.h"

#include "crfd/batch/session.h"

static bool
pass_gone(const struct center_walk *walk, const struct ledger_entry *entry, struct err *err)
{
    struct arena_mark mark = arena_mark(walk->arena);
    bool ok = walk->on_gone(walk->data, entry, err);

    arena_rewind(walk->arena, mark);
    return ok;
}

/* Brings the ledger up to the subject (NULL: to the end), and finds the subject's own entry. */
static bool
step_ledger(const struct center_walk *walk, const struct source_subject *subject,
            const struct ledger_entry **own, struct err *err)
{
    bool is_before;

    for (;;) {
        *own = ledger_step(walk->ledger, subject ? subject->subject_id : NULL,
                           subject ? subject->subject_id_length : 0, &is_before);
        if (!is_before)
            return true;
        if (!pass_gone(walk, *own, err))
            return false;
    }
}

static bool
pass_subject(const struct center_walk *walk, const struct source_subject *subject, struct err *err)
{
    const struct ledger_entry *entry;

    return step_ledger(walk, subject, &entry, err) && walk->on_subject(walk->data, subject, entry, err);
}

static bool
walk_source(const struct center_walk *walk, struct err *err)
{
    const struct ledger_entry *none;
    struct source source;
    bool ok = false;

    if (!source_open(&source, walk->source, walk->relation, walk->center_id, walk->filter, err))
        return false;
    for (;;) {
        struct source_subject subject;
        enum source_status status;

        arena_reset(walk->arena);
        status = source_next(&source, walk->arena, &subject, err);
        if (status == SOURCE_END)
            break;
        if (status == SOURCE_ERROR || !pass_subject(walk, &subject, err))
            goto done;
    }
    ok = step_ledger(walk, NULL, &none, err);
done:
    source_close(&source);
    return ok;
}

bool
center_walk(const struct center_walk *walk, struct err *err)
{
    bool ok = session_begin_source(walk->source, err) && walk_source(walk, err);

    conn_rollback(walk->source);
    return ok;
}
