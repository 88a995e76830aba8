#include "batch/finding.h"

#include "trial.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct trial trial;
static struct history history;
static struct evaluation evaluation;
static struct finding_changes changes;

static void
begin(void)
{
    trial_open(&trial, NULL);
    history = (struct history){0};
}

static void
end(void)
{
    history_release(&history);
    trial_close(&trial);
}

/* ---- What the analysis schema holds, without a server ---- */

static PGresult *
make_rows(const char *const *columns, int count)
{
    PGresult *rows = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc *descriptions = arena_array(&trial.arena, PGresAttDesc, (size_t)count);

    ck_assert_ptr_nonnull(rows);
    for (int i = 0; i < count; i++)
        descriptions[i].name = arena_strdup(&trial.arena, columns[i]);
    ck_assert_int_eq(PQsetResultAttrs(rows, count, descriptions), 1);
    return rows;
}

static void
put(PGresult *rows, int row, const char *column, const char *value)
{
    char *copy = value ? arena_strdup(&trial.arena, value) : NULL;

    ck_assert_int_eq(PQsetvalue(rows, row, PQfnumber(rows, column), copy, copy ? (int)strlen(copy) : -1), 1);
}

static void
put_key(PGresult *rows, int row, const struct page_key *key)
{
    put(rows, row, "event", key->event);
    put(rows, row, "event_repeat", arena_printf(&trial.arena, "%" PRId32, key->event_repeat));
    put(rows, row, "form", key->form);
    put(rows, row, "form_repeat", arena_printf(&trial.arena, "%" PRId32, key->form_repeat));
}

/* The columns of sql/queries/subject_findings.sql. */
static void
store_finding(const struct page_key *key, const char *check_id, const char *item, const char *state)
{
    static const char *const columns[] = {
        "finding_id", "event",    "event_repeat", "form",       "form_repeat", "check_id",
        "item",       "state",    "severity",     "category",   "outcome",     "message",
        "messages",   "evidence", "basis",        "returns_to", "waived_basis"};
    int row;

    if (history.findings == NULL)
        history.findings = make_rows(columns, COUNT(columns));
    row = PQntuples(history.findings);
    put(history.findings, row, "finding_id", arena_printf(&trial.arena, "%d", row + 1));
    put_key(history.findings, row, key);
    put(history.findings, row, "check_id", check_id);
    put(history.findings, row, "item", item);
    put(history.findings, row, "state", state);
    put(history.findings, row, "severity", "major");
    put(history.findings, row, "category", NULL);
    put(history.findings, row, "outcome", "false");
    put(history.findings, row, "message", "");
    put(history.findings, row, "messages", NULL);
    put(history.findings, row, "evidence", "{}");
    put(history.findings, row, "basis", NULL);
    put(history.findings, row, "returns_to", NULL);
    put(history.findings, row, "waived_basis", NULL);
}

static const char *
hexadecimal(const unsigned char *digest)
{
    char *text = arena_alloc(&trial.arena, 2 * BASIS_BYTES + 1);

    for (size_t i = 0; i < BASIS_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", (unsigned)digest[i]);
    return text;
}

/* All that the pages violate, as the pass before left it. */
static void
store_violations(const struct trial_page *pages, const char *state)
{
    struct evaluation before;

    trial_evaluate(&trial, pages, &before);
    for (size_t i = 0; i < before.violation_count; i++) {
        const struct violation *violation = &before.violations[i];

        store_finding(&violation->key, violation->check_id, violation->item, state);
        put(history.findings, (int)i, "severity", severity_name(violation->severity));
        put(history.findings, (int)i, "category", violation->category);
        put(history.findings, (int)i, "outcome", violation->is_error ? "error" : "false");
        put(history.findings, (int)i, "message", violation->message);
        put(history.findings, (int)i, "messages", violation->messages);
        put(history.findings, (int)i, "evidence", violation->evidence);
        put(history.findings, (int)i, "basis", hexadecimal(violation->basis));
    }
}

/* The columns of sql/queries/subject_cleanings.sql. */
static void
store_cleaning(const struct page_key *key, const char *item, const char *raw, const char *cleaned,
               const char *steps)
{
    static const char *const columns[] = {"event", "event_repeat", "form",    "form_repeat",
                                          "item",  "raw",          "cleaned", "steps"};
    int row;

    if (history.cleanings == NULL)
        history.cleanings = make_rows(columns, COUNT(columns));
    row = PQntuples(history.cleanings);
    put_key(history.cleanings, row, key);
    put(history.cleanings, row, "item", item);
    put(history.cleanings, row, "raw", raw);
    put(history.cleanings, row, "cleaned", cleaned);
    put(history.cleanings, row, "steps", steps);
}

/* ---- What becomes of it ---- */

static void
find_changes(const struct trial_page *pages)
{
    trial_evaluate(&trial, pages, &evaluation);
    finding_changes_find(&trial.evaluator, &trial.arena, &history, &evaluation, &changes);
}

/* "opened CHECK", "FINDING FROM->TO REASON", in their order. */
static const char *
told(void)
{
    struct strbuf text;
    const char *copy;

    strbuf_init(&text);
    for (size_t i = 0; i < changes.opened_count; i++)
        strbuf_printf(&text, "%sopened %s", text.length > 0 ? "; " : "", changes.opened[i]->check_id);
    for (size_t i = 0; i < changes.transition_count; i++) {
        const struct transition *transition = &changes.transitions[i];

        strbuf_printf(&text, "%s%" PRId64 " %s->%s %s", text.length > 0 ? "; " : "", transition->finding_id,
                      transition->from_state, transition->to_state,
                      transition->reason ? transition->reason : "-");
    }
    copy = arena_copy(&trial.arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}

#define PAGE(data)                                                                                           \
    {                                                                                                        \
        {"LOG", "vs", data, 1, 1},                                                                           \
        {                                                                                                    \
            0                                                                                                \
        }                                                                                                    \
    }
#define HIGH        "{'sysbp':'300','day':'2024-03-01','height':'1'}"
#define HIGHER      "{'sysbp':'301','day':'2024-03-01','height':'1'}"
#define HIGH_PADDED "{'sysbp':' 0300','day':'2024-03-01','height':'1'}"
#define SAME        "the basis of HIGH"
#define ANOTHER     "00112233445566778899aabbccddeeff"
#define NORMAL      "{'sysbp':'120','day':'2024-03-01','height':'1'}"

static const struct {
    const char *says;
    const char *state; /* of the finding of HIGH; NULL: there is none */
    const char *changed_column;
    const char *changed_value; /* how it was under the definition of then */
    struct trial_page now[2];
    const char *told;
    size_t closed, reopened;
} lives[] = {
    {"violated for the first time", NULL, NULL, NULL, PAGE(HIGH), "opened vs.sysbp.range", 0, 0},
    {"never violated", NULL, NULL, NULL, PAGE(NORMAL), "", 0, 0},

    {"open, and still violated", "open", NULL, NULL, PAGE(HIGH), "", 0, 0},
    {"open, by another value", "open", NULL, NULL, PAGE(HIGHER), "1 open->open evidence", 0, 0},
    {"open, under another message", "open", "message", "too high", PAGE(HIGH), "1 open->open definition", 0,
     0},
    {"open, under another severity", "open", "severity", "critical", PAGE(HIGH), "1 open->open definition", 0,
     0},
    {"open, in another language", "open", "messages", "{\"zh\":\"z\"}", PAGE(HIGH), "1 open->open definition",
     0, 0},
    {"open, of another category", "open", "category", "safety", PAGE(HIGH), "1 open->open definition", 0, 0},
    {"waived, of another category", "waived", "category", "safety", PAGE(HIGH), "1 waived->waived definition",
     0, 0},
    {"open, after an error", "open", "outcome", "error", PAGE(HIGH), "1 open->open definition", 0, 0},
    {"open, by another value and under another message", "open", "message", "too high", PAGE(HIGHER),
     "1 open->open evidence", 0, 0},
    {"open, and no longer violated", "open", NULL, NULL, PAGE(NORMAL), "1 open->closed corrected", 1, 0},

    {"waived, and still violated", "waived", NULL, NULL, PAGE(HIGH), "", 0, 0},
    {"waived, by another value", "waived", NULL, NULL, PAGE(HIGHER), "1 waived->open evidence", 0, 1},
    {"waived, in other words of crfd", "waived", "message", "too high", PAGE(HIGH),
     "1 waived->waived definition", 0, 0},
    {"waived, by the same value written otherwise", "waived", NULL, NULL, PAGE(HIGH_PADDED),
     "1 waived->waived evidence", 0, 0},
    {"open, by the same value written otherwise", "open", NULL, NULL, PAGE(HIGH_PADDED),
     "1 open->open evidence", 0, 0},
    {"waived, on another basis", "waived", "basis", ANOTHER, PAGE(HIGH), "1 waived->open basis", 0, 1},
    {"open, on another basis", "open", "basis", ANOTHER, PAGE(HIGH), "1 open->open -", 0, 0},
    {"waived, before there was a basis", "waived", "basis", NULL, PAGE(HIGH), "1 waived->waived -", 0, 0},
    {"open, before there was a basis", "open", "basis", NULL, PAGE(HIGH), "1 open->open -", 0, 0},
    {"waived, before there was a basis, and by another value", "waived", "basis", NULL, PAGE(HIGHER),
     "1 waived->open evidence", 0, 1},
    {"waived, and no longer violated", "waived", NULL, NULL, PAGE(NORMAL), "1 waived->closed corrected", 1,
     0},

    {"closed, and violated again by the same value", "closed", NULL, NULL, PAGE(HIGH),
     "1 closed->open violated again", 0, 1},
    {"closed, and violated again by another", "closed", NULL, NULL, PAGE(HIGHER),
     "1 closed->open violated again", 0, 1},
    {"closed, and violated again under another message", "closed", "message", "too high", PAGE(HIGH),
     "1 closed->open violated again", 0, 1},
    {"opened when its waiver ended, and on the basis of then", "open", "waived_basis", SAME, PAGE(HIGH),
     "1 open->waived returned", 0, 0},
    {"opened when its waiver ended, and on another basis", "open", "waived_basis", SAME, PAGE(HIGHER),
     "1 open->open evidence", 0, 0},
    {"closed after its waiver had ended, and on the basis of then", "closed", "waived_basis", SAME,
     PAGE(HIGH), "1 closed->waived returned", 0, 0},
    {"closed after its waiver had ended, and on another basis", "closed", "waived_basis", SAME, PAGE(HIGHER),
     "1 closed->open violated again", 0, 1},
    {"gone while it was open, and back as it was", "closed", "returns_to", "open", PAGE(HIGH),
     "1 closed->open returned", 0, 1},
    {"gone while it was waived, and back as it was", "closed", "returns_to", "waived", PAGE(HIGH),
     "1 closed->waived returned", 0, 0},
    {"gone while it was waived, and back with another value", "closed", "returns_to", "waived", PAGE(HIGHER),
     "1 closed->open violated again", 0, 1},
    {"gone while it was waived, and back by the same value written otherwise", "closed", "returns_to",
     "waived", PAGE(HIGH_PADDED), "1 closed->waived returned", 0, 0},
    {"gone while it was waived, and back well", "closed", "returns_to", "waived", PAGE(NORMAL), "", 0, 0},
    {"closed, and still not violated", "closed", NULL, NULL, PAGE(NORMAL), "", 0, 0},
};

START_TEST(a_finding_lives)
{
    if (lives[_i].state != NULL)
        store_violations((struct trial_page[])PAGE(HIGH), lives[_i].state);
    if (lives[_i].changed_column != NULL)
        put(history.findings, 0, lives[_i].changed_column,
            lives[_i].changed_value != NULL && strcmp(lives[_i].changed_value, SAME) == 0
                ? PQgetvalue(history.findings, 0, PQfnumber(history.findings, "basis"))
                : lives[_i].changed_value);
    find_changes(lives[_i].now);
    ck_assert_msg(strcmp(told(), lives[_i].told) == 0, "%s: %s", lives[_i].says, told());
    ck_assert_msg(changes.closed_count == lives[_i].closed && changes.reopened_count == lives[_i].reopened,
                  "%s: %zu closed, %zu reopened", lives[_i].says, changes.closed_count,
                  changes.reopened_count);
}
END_TEST

START_TEST(a_finding_that_stays_says_what_is_found_now)
{
    store_violations((struct trial_page[])PAGE(HIGH), "waived");
    find_changes((struct trial_page[])PAGE(HIGHER));
    ck_assert_uint_eq(changes.transition_count, 1);
    ck_assert_ptr_eq(changes.transitions[0].violation, &evaluation.violations[0]);
    ck_assert_str_eq(changes.transitions[0].violation->evidence, "{\"sysbp\":\"301\"}");
}
END_TEST

START_TEST(a_finding_follows_the_category_of_its_check)
{
    static const char *const definition =
        "{'study':'t','version':'1','events':[{'name':'LOG'}],'forms':{'vs':{'items':{'a':{'type':'integer'}}"
        "}},"
        "'checks':[{'id':'A','form':'vs','check':'a > 1','category':'safety'}]}";
    static const char *const before[] = {NULL, "safety", "fraud"};
    const struct trial_page pages[] = {{"LOG", "vs", "{'a':'1'}", 1, 1}, {0}};

    trial_close(&trial);
    trial_open(&trial, definition);
    store_violations(pages, "open");
    put(history.findings, 0, "category", before[_i]);
    find_changes(pages);
    ck_assert_str_eq(told(), _i == 1 ? "" : "1 open->open definition");
}
END_TEST

START_TEST(a_finding_that_closes_says_nothing_new)
{
    store_violations((struct trial_page[])PAGE(HIGH), "open");
    find_changes((struct trial_page[])PAGE(NORMAL));
    ck_assert_uint_eq(changes.transition_count, 1);
    ck_assert_ptr_null(changes.transitions[0].violation);
}
END_TEST

START_TEST(findings_are_matched_in_their_order)
{
    static const struct trial_page before[] = {
        {"DAY 1", "dm", "{'sex':'X','born':'2030'}", 1, 1},
        {"DAY 1", "vs", "{'sysbp':'300','day':'2024-03-01','height':'1'}", 1, 1},
        {"LOG", "vs", "{'sysbp':'300','day':'2024-03-01','height':'1'}", 1, 1},
        {0},
    };
    static const struct trial_page now[] = {
        {"DAY 1", "dm", "{'sex':'X'}", 1, 1},
        {"DAY 1", "vs", "{'sysbp':'80','DBP':'90','day':'2024-03-01'}", 1, 1},
        {"LOG", "vs", "{'sysbp':'300','day':'2025-03-01','height':'1'}", 1, 1},
        {0},
    };

    store_violations(before, "open");
    find_changes(now);
    ck_assert_str_eq(told(), "opened VS1; opened vs.height.required; opened vs.day.range; "
                             "1 open->closed unknown; 3 open->closed corrected");
}
END_TEST

START_TEST(findings_of_a_subject_that_is_gone_are_removed)
{
    struct evaluation nothing = {0};

    store_violations((struct trial_page[])PAGE("{'sysbp':'300'}"), "open");
    put(history.findings, 0, "state", "closed");
    put(history.findings, 1, "state", "waived");
    finding_changes_find(&trial.evaluator, &trial.arena, &history, &nothing, &changes);
    ck_assert_str_eq(told(), "2 waived->closed removed; 3 open->closed removed");
    ck_assert_uint_eq(changes.closed_count, 2);
}
END_TEST

/* ---- Why a finding closes ---- */

#define VS(data)                                                                                             \
    {                                                                                                        \
        "LOG", "vs", data, 1, 1                                                                              \
    }
#define DM(data)                                                                                             \
    {                                                                                                        \
        "LOG", "dm", data, 1, 1                                                                              \
    }
#define LOG_VS                                                                                               \
    {                                                                                                        \
        "LOG", 1, "vs", 1                                                                                    \
    }
#define LOG_DM                                                                                               \
    {                                                                                                        \
        "LOG", 1, "dm", 1                                                                                    \
    }

static const struct {
    const char *says;
    struct page_key key;
    const char *check_id;
    const char *item;
    struct trial_page now[3];
    const char *reason;
} closings[] = {
    {"a required item is there", LOG_VS, "vs.day.required", "day", {VS(NORMAL)}, "corrected"},
    {"a required item is there, if no date",
     LOG_VS,
     "vs.day.required",
     "day",
     {VS("{'day':'x'}")},
     "corrected"},
    {"a value is in its range", LOG_VS, "vs.sysbp.range", "sysbp", {VS(NORMAL)}, "corrected"},
    {"a value is missing", LOG_VS, "vs.sysbp.range", "sysbp", {VS("{}")}, "unknown"},
    {"a value cannot be typed any more", LOG_VS, "vs.sysbp.range", "sysbp", {VS("{'sysbp':'x'}")}, "unknown"},
    {"a value has lost its unit", LOG_VS, "vs.weight.range", "weight", {VS("{'weight':'80'}")}, "unknown"},
    {"a value can be typed", LOG_VS, "vs.sysbp.type", "sysbp", {VS(NORMAL)}, "corrected"},
    {"what could not be typed is missing", LOG_VS, "vs.sysbp.type", "sysbp", {VS("{}")}, "unknown"},
    {"a number can be typed, but has no unit",
     LOG_VS,
     "vs.weight.type",
     "weight",
     {VS("{'weight':'80'}")},
     "corrected"},
    {"a number has a unit",
     LOG_VS,
     "vs.weight.unit",
     "weight",
     {VS("{'weight':'80','weight_u':'kg'}")},
     "corrected"},
    {"a number without a unit is missing", LOG_VS, "vs.weight.unit", "weight", {VS("{}")}, "unknown"},
    {"a number without a unit is none any more",
     LOG_VS,
     "vs.weight.unit",
     "weight",
     {VS("{'weight':'x'}")},
     "unknown"},
    {"a value is a code", LOG_DM, "dm.sex.codelist", "sex", {DM("{'sex':'F'}")}, "corrected"},
    {"a value that was no code is missing", LOG_DM, "dm.sex.codelist", "sex", {DM("{}")}, "unknown"},
    {"a text has its length",
     {"LOG", 1, "pe", 1},
     "pe.result.length",
     "result",
     {{"LOG", "pe", "{'result':'ab'}", 1, 1}},
     "corrected"},
    {"a text is missing",
     {"LOG", 1, "pe", 1},
     "pe.result.length",
     "result",
     {{"LOG", "pe", "{}", 1, 1}},
     "unknown"},
    {"a value is derived",
     LOG_VS,
     "vs.ratio.type",
     "ratio",
     {VS("{'weight':'1','weight_u':'kg','height':'2'}")},
     "corrected"},
    {"a value cannot be derived for want of an operand",
     LOG_VS,
     "vs.ratio.type",
     "ratio",
     {VS("{'height':'0'}")},
     "unknown"},
    {"a derived value outside its range fails to be derived",
     LOG_VS,
     "vs.ratio.range",
     "ratio",
     {VS("{'weight':'1','weight_u':'kg','height':'0'}")},
     "unknown"},
    {"an item has lost the rule", LOG_VS, "vs.diabp.range", "diabp", {VS(NORMAL)}, "retired"},
    {"the form has lost the item", LOG_VS, "vs.pulse.range", "pulse", {VS(NORMAL)}, "retired"},
    {"the study has lost the form", {"LOG", 1, "zz", 1}, "zz.a.range", "a", {VS(NORMAL)}, "retired"},
    {"the study has lost the form, and all else is in quarantine",
     {"LOG", 1, "zz", 1},
     "zz.a.range",
     "a",
     {VS("[]")},
     "retired"},
    {"the page of an item is gone", LOG_DM, "dm.sex.codelist", "sex", {VS(NORMAL)}, "removed"},
    {"the page of an item has another repeat",
     LOG_VS,
     "vs.sysbp.range",
     "sysbp",
     {{"LOG", "vs", HIGH, 1, 2}},
     "removed"},
    {"the page of an item is in quarantine", LOG_VS, "vs.sysbp.range", "sysbp", {VS("[]")}, "removed"},

    {"a check holds", LOG_VS, "VS1", "sysbp", {VS("{'sysbp':'120','DBP':'80'}")}, "corrected"},
    {"a check lacks an operand", LOG_VS, "VS1", "sysbp", {VS(NORMAL)}, "unknown"},
    {"an operand of a check cannot be typed",
     LOG_VS,
     "VS1",
     "sysbp",
     {VS("{'sysbp':'120','DBP':'x'}")},
     "unknown"},
    {"the page of a check is gone", LOG_VS, "VS1", "sysbp", {DM("{'sex':'F'}")}, "removed"},
    {"the page of a check is in quarantine", LOG_VS, "VS1", "sysbp", {VS("[]")}, "removed"},
    {"the definition has lost the check", LOG_VS, "VS9", "sysbp", {VS(NORMAL)}, "retired"},
    {"the check is now one of another form", LOG_DM, "VS1", "sysbp", {DM("{'sex':'F'}")}, "retired"},
    {"the finding stands at another item now",
     LOG_VS,
     "VS1",
     "diabp",
     {VS("{'sysbp':'1','DBP':'2'}")},
     "retired"},
    {"the finding stands at the page now", LOG_VS, "VS3", "day", {VS(NORMAL)}, "retired"},
    {"a check without items holds", LOG_VS, "VS3", "", {VS(NORMAL)}, "corrected"},

    {"an expected page is submitted",
     {"DAY 1", 1, "vs", 1},
     "vs.missing-page",
     "",
     {{"DAY 1", "dm", "{'sex':'F'}", 1, 1}, {"DAY 1", "vs", NORMAL, 1, 1}},
     "corrected"},
    {"an expected page is submitted, if into quarantine",
     {"DAY 1", 1, "vs", 1},
     "vs.missing-page",
     "",
     {{"DAY 1", "dm", "{'sex':'F'}", 1, 1}, {"DAY 1", "vs", "[]", 1, 1}},
     "corrected"},
    {"the event has no page any more", {"DAY 1", 1, "vs", 1}, "vs.missing-page", "", {VS(NORMAL)}, "removed"},
    {"that repeat of the event has none",
     {"DAY 1", 2, "vs", 1},
     "vs.missing-page",
     "",
     {{"DAY 1", "dm", "{'sex':'F'}", 1, 1}, {"DAY 1", "vs", NORMAL, 1, 1}},
     "removed"},
    {"the event does not expect the form any more",
     LOG_VS,
     "vs.missing-page",
     "",
     {DM("{'sex':'F'}")},
     "retired"},

    {"a second page is the only one", LOG_DM, "dm.duplicate-page", "", {DM("{'sex':'F'}")}, "corrected"},
    {"a second page is gone", {"LOG", 1, "dm", 2}, "dm.duplicate-page", "", {DM("{'sex':'F'}")}, "removed"},
    {"the form may repeat now", LOG_VS, "vs.duplicate-page", "", {VS(NORMAL)}, "retired"},
    {"an unknown item is gone", LOG_VS, "vs.unknown-item", "pulse", {VS(NORMAL)}, "corrected"},
    {"an unknown item is empty", LOG_VS, "vs.unknown-item", "pulse", {VS("{'pulse':''}")}, "corrected"},
    {"the page of an unknown item is gone",
     LOG_VS,
     "vs.unknown-item",
     "pulse",
     {DM("{'sex':'F'}")},
     "removed"},
};

START_TEST(a_finding_closes_for_a_reason)
{
    struct trial_page pages[4] = {{0}};
    const char *reason = NULL;

    memcpy(pages, closings[_i].now, sizeof closings[_i].now);
    store_finding(&closings[_i].key, closings[_i].check_id, closings[_i].item, "open");
    find_changes(pages);
    for (size_t i = 0; i < changes.transition_count; i++)
        if (strcmp(changes.transitions[i].to_state, "closed") == 0)
            reason = changes.transitions[i].reason;
    ck_assert_msg(reason != NULL, "%s: it does not close", closings[_i].says);
    ck_assert_msg(strcmp(reason, closings[_i].reason) == 0, "%s: it closes as %s", closings[_i].says, reason);
}
END_TEST

/* ---- The audit trail ---- */

static const struct {
    const char *says;
    const char *item; /* of the latest row; NULL: there is none */
    const char *raw, *cleaned, *steps;
    struct trial_page now[2];
    const char *logged;
} trails[] = {
    {"a value is cleaned for the first time",
     NULL,
     NULL,
     NULL,
     NULL,
     {DM("{'sex':'male'}")},
     "sex: male -> M (synonym)\n"},
    {"a value that stands as entered is not logged", NULL, NULL, NULL, NULL, {DM("{'sex':'M'}")}, ""},
    {"the same value is cleaned to the same", "sex", "male", "M", "synonym", {DM("{'sex':'male'}")}, ""},
    {"another value is cleaned to the same",
     "sex",
     "Male",
     "M",
     "synonym",
     {DM("{'sex':'male'}")},
     "sex: male -> M (synonym)\n"},
    {"the same value is cleaned to another",
     "sex",
     "male",
     "F",
     "synonym",
     {DM("{'sex':'male'}")},
     "sex: male -> M (synonym)\n"},
    {"the same value meant missing before",
     "sex",
     "male",
     NULL,
     "synonym",
     {DM("{'sex':'male'}")},
     "sex: male -> M (synonym)\n"},
    {"the same value means missing now",
     "sex",
     "ND",
     "ND",
     "missing",
     {DM("{'sex':'ND'}")},
     "sex: ND -> NULL (missing)\n"},
    {"the same value means missing still", "sex", "ND", NULL, "missing", {DM("{'sex':'ND'}")}, ""},
    {"the same value is cleaned to the same by other steps",
     "sex",
     "male",
     "M",
     "case",
     {DM("{'sex':'male'}")},
     "sex: male -> M (synonym)\n"},
    {"a value that was cleaned stands as entered now",
     "sex",
     "male",
     "M",
     "synonym",
     {DM("{'sex':'M'}")},
     "sex: M -> M ()\n"},
    {"a value that was cleaned is missing now",
     "sex",
     "male",
     "M",
     "synonym",
     {DM("{}")},
     "sex:  -> NULL ()\n"},
    {"a value that was cleaned cannot be typed now",
     "born",
     "５ MAR 1950",
     "1950-03-05",
     "width,date-format",
     {DM("{'sex':'M','born':'x'}")},
     "born: x -> NULL ()\n"},
    {"that it stands as entered is said once", "sex", "M", "M", "", {DM("{'sex':'M'}")}, ""},
    {"nor is it said again of another value", "sex", "M", "M", "", {DM("{'sex':'F'}")}, ""},
    {"after that it is cleaned again",
     "sex",
     "M",
     "M",
     "",
     {DM("{'sex':'male'}")},
     "sex: male -> M (synonym)\n"},
    {"nothing is said of a page that is gone", "sex", "male", "M", "synonym", {VS(NORMAL)}, ""},
    {"nor of one in quarantine", "sex", "male", "M", "synonym", {DM("[]")}, ""},
    {"nor of an item that the form has lost", "race", "x", "y", "synonym", {DM("{'sex':'M'}")}, ""},
    {"an item before the one that was logged",
     "sex",
     "male",
     "M",
     "synonym",
     {DM("{'sex':'male','born':'５ MAR 1950'}")},
     "born: ５ MAR 1950 -> 1950-03-05 (width,date-format)\n"},
    {"an item behind the one that was logged",
     "born",
     "５ MAR 1950",
     "1950-03-05",
     "width,date-format",
     {DM("{'sex':'male','born':'５ MAR 1950'}")},
     "sex: male -> M (synonym)\n"},
};

static const char *
logged(void)
{
    struct strbuf text;
    const char *copy;

    strbuf_init(&text);
    for (size_t i = 0; i < changes.cleaned_count; i++)
        strbuf_printf(&text, "%s: %s -> %s (%s)\n", changes.cleaned[i].item, changes.cleaned[i].raw,
                      changes.cleaned[i].cleaned ? changes.cleaned[i].cleaned : "NULL",
                      changes.cleaned[i].steps);
    copy = arena_copy(&trial.arena, text.text, text.length);
    strbuf_destroy(&text);
    return copy;
}

START_TEST(the_trail_tells_how_a_value_came_about)
{
    const struct page_key key = LOG_DM;

    if (trails[_i].item != NULL)
        store_cleaning(&key, trails[_i].item, trails[_i].raw, trails[_i].cleaned, trails[_i].steps);
    find_changes(trails[_i].now);
    ck_assert_msg(strcmp(logged(), trails[_i].logged) == 0, "%s:\n%s", trails[_i].says, logged());
}
END_TEST

START_TEST(values_are_matched_page_by_page)
{
    const struct page_key first = {"DAY 1", 1, "dm", 1}, second = LOG_DM;

    store_cleaning(&first, "sex", "male", "M", "synonym");
    store_cleaning(&second, "sex", "male", "M", "synonym");
    find_changes((struct trial_page[]){{"DAY 1", "dm", "{'sex':'F'}", 1, 1},
                                       {"DAY 2", "dm", "{'sex':'女'}", 1, 1},
                                       {"LOG", "dm", "{'sex':'male'}", 1, 1},
                                       {0}});
    ck_assert_str_eq(logged(), "sex: F -> F ()\nsex: 女 -> F (synonym)\n");
    ck_assert_str_eq(changes.cleaned[0].key.event, "DAY 1");
    ck_assert_str_eq(changes.cleaned[1].key.event, "DAY 2");
}
END_TEST

START_TEST(nothing_is_said_of_the_values_of_a_subject_that_is_gone)
{
    const struct page_key key = LOG_DM;
    struct evaluation nothing = {0};

    store_cleaning(&key, "sex", "male", "M", "synonym");
    finding_changes_find(&trial.evaluator, &trial.arena, &history, &nothing, &changes);
    ck_assert_uint_eq(changes.cleaned_count, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("finding");
    TCase *cases = tcase_create("finding");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, a_finding_lives, 0, COUNT(lives));
    tcase_add_test(cases, a_finding_that_stays_says_what_is_found_now);
    tcase_add_loop_test(cases, a_finding_follows_the_category_of_its_check, 0, 3);
    tcase_add_test(cases, a_finding_that_closes_says_nothing_new);
    tcase_add_test(cases, findings_are_matched_in_their_order);
    tcase_add_test(cases, findings_of_a_subject_that_is_gone_are_removed);
    tcase_add_loop_test(cases, a_finding_closes_for_a_reason, 0, COUNT(closings));
    tcase_add_loop_test(cases, the_trail_tells_how_a_value_came_about, 0, COUNT(trails));
    tcase_add_test(cases, values_are_matched_page_by_page);
    tcase_add_test(cases, nothing_is_said_of_the_values_of_a_subject_that_is_gone);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
