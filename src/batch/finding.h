/*
 * finding.h: the life cycle of findings and of the audit trail: what was there, against what was found now.
 *
 *   nothing  -> open     a check is violated for the first time
 *   open     -> closed   corrected, unknown (an operand is missing now), removed (the page), retired (the check)
 *   closed   -> open     violated again: the row is reopened
 *   closed   -> open     returned: its page was gone, and came back with the same
 *   closed   -> waived   returned: it was waived, and the same is violated again, however it had closed
 *   open     -> waived   returned: the same, where a run had ended the waiver
 *   waived   -> open     what was waived is another now: evidence, definition, basis
 *   waived   -> closed   as open -> closed
 *   open     -> open     evidence, message, severity or category changed: the row follows, the history keeps the change
 *   waived   -> waived   the same, where it rests on the same all the same: a value that is only written otherwise
 *
 * A finding rests on its rule and on everything that the rule read (basis.h). Where only that changes, of a finding that
 * is open, the row follows without a word: what it says is the same. A finding of before there was a digest of it is the
 * same while its evidence is, and gets its digest.
 *
 * Threads: belongs to one worker.
 * Memory:  results live in the subject's arena; what was there is held until history_release.
 */
#ifndef CRFD_BATCH_FINDING_H
#define CRFD_BATCH_FINDING_H

#include "crfd/pg/conn.h"
#include "evaluation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What becomes of a finding that was there. */
struct transition {
    int64_t finding_id;
    const char *from_state;
    const char *to_state;
    const char *
        reason; /* a close reason, "violated again", "returned", "evidence", "definition", "basis"; NULL: none */
    const struct violation *violation; /* what it says from now on; NULL where it closes */
};

/* What a subject's pass adds to findings and audit trail. */
struct finding_changes {
    const struct violation **opened;
    size_t opened_count;
    struct transition *transitions;
    size_t transition_count;
    size_t closed_count;
    size_t reopened_count;
    struct cleaned_value *cleaned; /* to be logged */
    size_t cleaned_count;
};

/* What the analysis schema holds of a subject; all zero for a subject it knows nothing of. */
struct history {
    PGresult *findings;
    PGresult *cleanings;
};

/* Columns of sql/queries/subject_findings.sql; the last two are those that rule_findings.sql has beside. */
enum {
    FINDING_ID,
    FINDING_EVENT,
    FINDING_EVENT_REPEAT,
    FINDING_FORM,
    FINDING_FORM_REPEAT,
    FINDING_CHECK,
    FINDING_ITEM,
    FINDING_STATE,
    FINDING_SEVERITY,
    FINDING_CATEGORY,
    FINDING_OUTCOME,
    FINDING_MESSAGE,
    FINDING_MESSAGES,
    FINDING_EVIDENCE,
    FINDING_BASIS,
    FINDING_RETURNS_TO,
    FINDING_WAIVED_BASIS,
    FINDING_CENTER,
    FINDING_SUBJECT
};

bool history_load(struct history *history, struct conn *conn, const char *center_id, const char *subject_id,
                  struct err *err) CRFD_MUST_CHECK;
void history_release(struct history *history);

/* Sorts evaluation->cleaned. */
void finding_changes_find(struct evaluator *evaluator, struct arena *arena, const struct history *history,
                          struct evaluation *evaluation, struct finding_changes *out);

/* ---- One finding; whoever calls has made room for the transition ---- */

struct page_key finding_key(const PGresult *rows, int row);
/* Its check is violated still, or again. */
void
finding_keep(const PGresult *rows, int row, const struct violation *violation, struct finding_changes *out);
void finding_close(const PGresult *rows, int row, const char *reason, struct finding_changes *out);

#endif
