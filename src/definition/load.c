#include "crfd/definition/load.h"

#include "crfd/base/hex.h"
#include "crfd/definition/rule_book.h"
#include "load_parts.h"
#include "load_texts.h"
#include "schedule_text.h"
#include "zone_file.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

/* Name and version stand in messages, file names and crfd.study. */
#define STUDY_TEXT_MAX 100

/* ---- Loading ---- */

static void
load_header(struct load *load, const struct json_place *root)
{
    const char *name = json_required_text(root, "study");
    const char *version = json_required_text(root, "version");
    struct json_place place;

    load->study->name = name != NULL ? name : "";
    load->study->version = version != NULL ? version : "";
    if (strlen(load->study->name) > STUDY_TEXT_MAX && json_member(root, "study", &place))
        json_problem(&place, "has more than %d bytes", STUDY_TEXT_MAX);
    if (strlen(load->study->version) > STUDY_TEXT_MAX && json_member(root, "version", &place))
        json_problem(&place, "has more than %d bytes", STUDY_TEXT_MAX);
}

static void
load_timezone(struct load *load, const struct json_place *root)
{
    const char *text = json_member_text(root, "timezone", NULL);
    struct json_place place;

    if (text == NULL || !json_member(root, "timezone", &place))
        return;
    load->study->zone = zone_load(load->arena, text);
    if (load->study->zone == NULL)
        timezone_tell_unknown(&place, load->arena, text);
}

static void
load_study(struct load *load, const struct json_place *root)
{
    static const char *const keys[] = {"study",   "version",   "language", "timezone", "subject",
                                       "events",  "codelists", "missing",  "months",   "decimal",
                                       "centers", "rules",     "forms",    "checks"};
    struct json_place missing;

    if (!json_expect_object(root))
        return;
    json_expect_keys(root, keys, LOAD_COUNT(keys));
    load_header(load, root);
    load_language(load, root);
    load_timezone(load, root);
    if (json_member_list(root, "missing", &missing))
        load->missing_count = json_texts(&missing, &load->missing);
    load_centers(load, root);
    load_months(load, root);
    load_codelists(load, root);
    load_forms(load, root);
    load_subject(load, root);
    load_events(load, root);
    load_subject_suspicions(load, root);
    load_rules(load, root);
    load_derivations(load, root);
    load_checks(load, root);
}

static bool
digest_text(const char *text, size_t length, char hex[65], struct err *err)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    if (EVP_Digest(text, length, digest, &size, EVP_sha256(), NULL) != 1 || size != 32) {
        err_set(err, ERR_INTERNAL, "computing the digest of the study definition: libcrypto refused SHA-256");
        return false;
    }
    hex_encode(digest, size, hex);
    return true;
}

/* ---- Sealing: what can only be worked out once everything is known to be right ---- */

static void
plan_cleaning(struct load *load)
{
    for (size_t i = 0; i < load->study->form_count; i++) {
        const struct form *form = &load->forms[i];
        const struct clean_plan **plans =
            arena_array(load->arena, const struct clean_plan *, form->item_count);

        for (size_t j = 0; j < form->item_count; j++) {
            if (form->items[j].derive == NULL)
                plans[j] = clean_plan_new(load->arena, &form->items[j]);
            load->plans[i].has_units |= form->items[j].unit != NULL;
            load->plans[i].has_qualifiers |= form->items[j].qualifier != NULL;
        }
        load->plans[i].clean = plans;
    }
}

static void
count_program(struct definition *definition, const struct program *program)
{
    size_t scratch_bytes = program_scratch_bytes(program);

    if (scratch_bytes > definition->scratch_bytes)
        definition->scratch_bytes = scratch_bytes;
    definition->reads_current_date = definition->reads_current_date || program_reads_current_date(program);
}

/* day1, ended, and the conditions of forms that are not always expected. */
static void
count_schedule(struct definition *definition)
{
    const struct schedule *schedule = &definition->schedule;

    if (schedule->day1.program != NULL)
        count_program(definition, schedule->day1.program);
    if (schedule->ended.program != NULL)
        count_program(definition, schedule->ended.program);
    for (size_t i = 0; i < definition->study->event_count; i++)
        for (size_t j = 0; j < definition->study->events[i].form_count; j++)
            if (schedule->whens[i][j].program != NULL)
                count_program(definition, schedule->whens[i][j].program);
}

static void
seal(struct load *load, struct definition *definition)
{
    plan_cleaning(load);
    definition->study = load->study;
    definition->plans = load->plans;
    definition->terms = load->terms;
    for (size_t i = 0; i < load->study->form_count; i++) {
        const struct form_plan *plan = &load->plans[i];

        definition->check_count += plan->check_count;
        for (size_t j = 0; j < plan->check_count; j++)
            count_program(definition, plan->checks[j].program);
    }
    definition->derivations = load->derivations;
    definition->derivation_count = load->derivation_count;
    for (size_t i = 0; i < load->derivation_count; i++)
        count_program(definition, load->derivations[i].program);
    definition->schedule = load->schedule;
    count_schedule(definition);
    definition->rules = rulebook_new(load->arena, definition);
}

bool
definition_parse(struct arena *arena, const char *file, const char *text, size_t length,
                 struct definition *out, struct problems *problems, struct err *err)
{
    struct definition definition = {.text = arena_copy(arena, text, length), .text_length = length};
    struct load load = {.arena = arena, .study = arena_new(arena, struct study)};
    size_t before = problems->mistakes;
    struct json_document document;
    struct json_place root;

    if (!digest_text(text, length, load.study->digest, err))
        return false;
    if (json_open(&document, arena, text, length, problems)) {
        root = json_root(&document);
        load_study(&load, &root);
        json_close(&document);
    }
    if (problems->mistakes > before) {
        size_t count = problems->mistakes - before;

        err_set(err, ERR_CONFIG, "reading the study definition %s: %zu mistake%s", file, count,
                count == 1 ? "" : "s");
        return false;
    }
    seal(&load, &definition);
    definition.warnings = problems->list;
    definition.warning_count = problems->count;
    *out = definition;
    return true;
}

bool
definition_load(struct arena *arena, const char *path, struct definition *out, struct problems *problems,
                struct err *err)
{
    const char *text;
    size_t length;

    return json_read_file(arena, path, &text, &length, err) &&
           definition_parse(arena, path, text, length, out, problems, err);
}
