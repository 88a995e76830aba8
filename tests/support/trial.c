#include "trial.h"
#include "crfd/definition/load.h"

#include "fail.h"

#include "crfd/batch/page_json.h"

#include <inttypes.h>
#include <string.h>

#define NOON_US INT64_C(763387200000000) /* 2024-03-10 12:00 UTC, microseconds since 2000-01-01 */
#define NIGHT   8836                     /* 2024-03-11, days since 2000-01-01 */

/* Forms in the order of their names are bb, dm, pe, vs: a page of bb stands before the dm that it refers to. */
static const char default_definition[] =
    "{'study': 'trial', 'version': '1', 'decimal': '.',"
    " 'events': [{'name': 'DAY 1', 'optional': true, 'forms': ['dm', 'vs']},"
    "            {'name': 'DAY 2', 'optional': true, 'forms': ['vs', 'pe']},"
    "            {'name': 'LOG'}, {'name': 'EXTRA *', 'forms': ['pe']}, {'name': 'EXTRA LAB *'}],"
    " 'codelists': {'sex': {'codes': ['M', 'F'], 'synonyms': {'male': 'M', '女': 'F'}}},"
    " 'missing': ['ND'],"
    " 'forms': {"
    "  'bb': {'items': {"
    "    'age': {'type': 'integer', 'derive': 'dm.years + 1'}}},"
    "  'dm': {'per': 'subject', 'items': {"
    "    'sex': {'type': 'text', 'codelist': 'sex', 'required': true, 'label': 'Sex'},"
    "    'born': {'type': 'partial-date', 'range': {'min': '1900', 'max': '2024-03'}},"
    "    'years': {'type': 'integer', 'derive': 'round(38.6)::int'}}},"
    "  'pe': {'per': 'event', 'items': {"
    "    'result': {'type': 'text', 'length': {'min': 2, 'max': 5, 'severity': 'minor'}},"
    "    'note': {'type': 'text', 'length': {'min': 3}}}},"
    "  'vs': {'items': {"
    "    'day': {'type': 'date', 'required': 'value', 'range': {'max': '2024-03-11'}},"
    "    'at': {'type': 'time', 'range': {'min': '06:00'}},"
    "    'seen': {'type': 'datetime', 'range': {'min': '2024-01-01 00:00', 'max': '2024-12-31 23:59'}},"
    "    'sysbp': {'type': 'integer', 'label': 'Systolic', 'range': {'min': '60', 'max': '250',"
    "              'severity': 'minor'}},"
    "    'diabp': {'type': 'integer', 'key': 'DBP'},"
    "    'weight': {'type': 'decimal', 'range': {'min': '30.5', 'max': '200', 'severity': 'critical'},"
    "               'unit': {'item': 'weight_u', 'to': 'kg', 'from': {'LB': {'factor': '0.5'}}}},"
    "    'weight_u': {'type': 'text'},"
    "    'height': {'type': 'decimal', 'required': true},"
    "    'ratio': {'type': 'decimal', 'derive': 'double / height', 'range': {'max': '3'}, 'label': 'Ratio'},"
    "    'double': {'type': 'decimal', 'derive': 'weight * 2'}}}},"
    " 'checks': ["
    "   {'id': 'VS1', 'form': 'vs', 'check': 'sysbp > diabp', 'items': ['sysbp', 'diabp'], 'severity': "
    "'critical',"
    "    'message': 'Systolic {sysbp} is not above {diabp}'},"
    "   {'id': 'VS2', 'form': 'vs', 'check': '100 / diabp < 10', 'items': ['diabp'], 'message': 'Diastolic "
    "{diabp}'},"
    "   {'id': 'VS3', 'form': 'vs', 'check': 'event <> \\'EXTRA 9\\'', 'items': [], 'message': 'No such "
    "visit'}]}";

const char *
trial_quote(struct arena *arena, const char *text)
{
    char *copy = arena_strdup(arena, text);

    for (char *c = copy; *c != '\0'; c++) {
        if (*c == '\\' && c[1] == '\'')
            memmove(c, c + 1, strlen(c));
        else if (*c == '\'')
            *c = '"';
    }
    return copy;
}

static void
load(struct trial *trial, const char *definition)
{
    const char *text = trial_quote(&trial->study_arena, definition);
    struct problems problems;
    struct strbuf told;
    struct err err;

    strbuf_init(&told);
    problems_init(&problems, &trial->study_arena, "trial.json");
    if (!definition_parse(&trial->study_arena, "trial.json", text, strlen(text), &trial->definition,
                          &problems, &err)) {
        problems_print(&problems, &told);
        test_fail("%s\n%s", err.message, told.text);
    }
    strbuf_destroy(&told);
}

void
trial_open(struct trial *trial, const char *definition)
{
    page_json_init();
    arena_init(&trial->study_arena, 65536, 0);
    arena_init(&trial->arena, 65536, 0);
    load(trial, definition ? definition : default_definition);
    evaluator_init(&trial->evaluator, &trial->study_arena, &trial->definition, NIGHT);
}

void
trial_close(struct trial *trial)
{
    evaluator_destroy(&trial->evaluator);
    arena_destroy(&trial->arena);
    arena_destroy(&trial->study_arena);
}

void
trial_forget(struct trial *trial)
{
    arena_reset(&trial->arena);
}

struct source_page
trial_source_page(struct trial *trial, const struct trial_page *page)
{
    struct source_page source = {
        .event = arena_strdup(&trial->arena, page->event),
        .event_length = strlen(page->event),
        .has_event_repeat = true,
        .event_repeat = page->event_repeat ? page->event_repeat : 1,
        .form = arena_strdup(&trial->arena, page->form),
        .form_length = strlen(page->form),
        .has_form_repeat = true,
        .form_repeat = page->form_repeat ? page->form_repeat : 1,
        .data = trial_quote(&trial->arena, page->data),
        .has_submitted_at = true,
        .submitted_at = NOON_US,
    };

    source.data_length = strlen(source.data);
    return source;
}

void
trial_evaluate(struct trial *trial, const struct trial_page *pages, struct evaluation *out)
{
    struct source_subject *subject = arena_new(&trial->arena, struct source_subject);
    size_t count = 0;

    while (pages[count].event != NULL)
        count++;
    subject->subject_id = "1";
    subject->subject_id_length = 1;
    subject->own_id = "1";
    subject->own_id_length = 1;
    subject->page_count = count;
    subject->pages = arena_array(&trial->arena, struct source_page, count);
    for (size_t i = 0; i < count; i++)
        subject->pages[i] = trial_source_page(trial, &pages[i]);
    evaluate_subject(&trial->evaluator, &trial->arena, "701", subject, out);
}

/* ---- Telling what was found ---- */

static const char *
keep(struct trial *trial, struct strbuf *text)
{
    const char *copy = arena_copy(&trial->arena, text->text, text->length);

    strbuf_destroy(text);
    return copy;
}

static void
append_place(struct strbuf *text, const struct page_key *key)
{
    strbuf_printf(text, "%s.%" PRId32 " %s.%" PRId32, key->event, key->event_repeat, key->form,
                  key->form_repeat);
}

static const char *
findings(struct trial *trial, const struct evaluation *evaluation, bool in_full)
{
    struct strbuf text;

    strbuf_init(&text);
    for (size_t i = 0; i < evaluation->violation_count; i++) {
        const struct violation *violation = &evaluation->violations[i];

        strbuf_printf(&text, "%s %s ", violation->check_id, violation->item[0] ? violation->item : "-");
        append_place(&text, &violation->key);
        if (in_full)
            strbuf_printf(&text, " | %s%s | %s | %s", severity_name(violation->severity),
                          violation->is_error ? " error" : "", violation->message, violation->evidence);
        strbuf_append_char(&text, '\n');
    }
    return keep(trial, &text);
}

const char *
trial_findings(struct trial *trial, const struct evaluation *evaluation)
{
    return findings(trial, evaluation, false);
}

const char *
trial_findings_in_full(struct trial *trial, const struct evaluation *evaluation)
{
    return findings(trial, evaluation, true);
}

const char *
trial_cleaned(struct trial *trial, const struct evaluation *evaluation)
{
    struct strbuf text;

    strbuf_init(&text);
    for (size_t i = 0; i < evaluation->cleaned_count; i++) {
        const struct cleaned_value *value = &evaluation->cleaned[i];

        strbuf_printf(&text, "%s ", value->item);
        append_place(&text, &value->key);
        strbuf_printf(&text, ": %s -> %s (%s)\n", value->raw, value->cleaned ? value->cleaned : "NULL",
                      value->steps);
    }
    return keep(trial, &text);
}

const char *
trial_quarantined(struct trial *trial, const struct evaluation *evaluation)
{
    struct strbuf text;

    strbuf_init(&text);
    for (size_t i = 0; i < evaluation->quarantined_count; i++) {
        const struct source_page *page = evaluation->quarantined[i].page;

        append_place(&text, &(struct page_key){page->event ? page->event : "?", page->event_repeat,
                                               page->form ? page->form : "?", page->form_repeat});
        strbuf_printf(&text, ": %s\n", evaluation->quarantined[i].reason);
    }
    return keep(trial, &text);
}

static void
append_value(struct strbuf *text, const struct value *value)
{
    const struct value token = value_token(value);

    if (!token.is_null)
        strbuf_append_char(text, '~');
    value_append_text(token.is_null ? value : &token, text);
}

const char *
trial_pages(struct trial *trial, const struct evaluation *evaluation)
{
    struct strbuf text;

    strbuf_init(&text);
    for (size_t i = 0; i < evaluation->subject.page_count; i++) {
        const struct page *page = &evaluation->subject.pages[i];
        struct page_key key = page_key_of(page);

        append_place(&text, &key);
        strbuf_printf(&text, " at %" PRId32 ":", page->event_order);
        for (size_t j = 0; j < page->form->item_count; j++) {
            strbuf_printf(&text, " %s=", page->form->items[j].name);
            append_value(&text, &page->values[j]);
        }
        strbuf_append_char(&text, '\n');
    }
    return keep(trial, &text);
}
