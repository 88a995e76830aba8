#include "message.h"

#include "evidence.h"

#include <string.h>

static void
append_missing(struct strbuf *out)
{
    strbuf_append(out, "(missing)");
}

/* page NULL: there is none. */
static void
append_item(struct strbuf *out, const struct evaluation *evaluation, const struct page *page,
            const struct message_part *part)
{
    const struct item_state *state;
    size_t item = part->item;

    if (page == NULL) {
        append_missing(out);
        return;
    }
    state = &evaluation->item_states[page - evaluation->subject.pages][item];
    if (part->is_entered && state->raw_length > 0)
        strbuf_append_bytes(out, state->raw, state->raw_length);
    else if (!page->values[item].is_null || page_is_qualified(page, item))
        page_append_value(page, item, out);
    else if (state->raw != NULL && state->status != CLEAN_OK)
        strbuf_append_bytes(out, state->raw, state->raw_length);
    else
        append_missing(out);
}

static void
append_column(struct strbuf *out, const struct subject *subject, const struct page *page,
              enum form_column column)
{
    struct value value;

    subject_column(subject, page, column, &value);
    if (value.is_null)
        append_missing(out);
    else
        value_append_text(&value, out);
}

static void
append_label(struct strbuf *out, const struct message_place *place, size_t language)
{
    const struct item *item = rule_item(place->rule);
    const struct form *form = place->rule->form;

    if (place->key != NULL)
        strbuf_append(out, place->key);
    else if (item != NULL)
        strbuf_append(out, study_label(item->name, item->label, item->labels, language));
    else if (form == NULL)
        strbuf_append(out, place->page->event);
    else
        strbuf_append(out, study_label(form->name, form->label, form->labels, language));
}

static void
append_part(struct strbuf *out, const struct message_part *part, const struct message_place *place,
            size_t language)
{
    const struct evaluation *evaluation = place->evaluation;
    const struct subject *subject = &evaluation->subject;
    const struct page *page = place->page;

    switch (part->source) {
    case MESSAGE_TEXT:
        strbuf_append(out, part->text);
        break;
    case MESSAGE_ITEM:
        append_item(out, evaluation, page, part);
        break;
    case MESSAGE_REFERENCE:
        append_item(out, evaluation, subject_reference(subject, part->form, page), part);
        break;
    case MESSAGE_NEIGHBOR:
        append_item(out, evaluation, subject_neighbor(subject, page, part->offset), part);
        break;
    case MESSAGE_COLUMN:
        append_column(out, subject, page, part->column);
        break;
    case MESSAGE_FORM:
        strbuf_append(out, page->form != NULL ? page->form->name : "");
        break;
    case MESSAGE_LABEL:
        append_label(out, place, language);
        break;
    case MESSAGE_VALUE:
        if (place->key != NULL)
            strbuf_append_bytes(out, place->raw, place->raw_length);
        else
            append_item(out, evaluation, page,
                        &(struct message_part){.item = place->rule->item, .is_entered = part->is_entered});
        break;
    }
}

static const char *
fill(struct evaluator *evaluator, struct arena *arena, const struct message *message,
     const struct message_place *place, size_t language, const char *before)
{
    struct strbuf *text = &evaluator->text;

    strbuf_reset(text);
    strbuf_append(text, before);
    for (size_t i = 0; i < message->count; i++)
        append_part(text, &message->parts[i], place, language);
    return arena_copy(arena, text->text, text->length);
}

struct said
message_fill(struct evaluator *evaluator, struct arena *arena, const struct message_set *set,
             const struct message_place *place, const char *before)
{
    const struct study *study = evaluator->definition->study;
    struct said said = {.message = fill(evaluator, arena, set->in[0], place, 0, before)};
    const char *others[STUDY_LANGUAGES_MAX] = {NULL};
    struct strbuf *text = &evaluator->text;
    size_t count = 0;

    for (size_t i = 1; i < study->language_count; i++) {
        if (set->in[i] != NULL)
            others[i] = fill(evaluator, arena, set->in[i], place, i, before);
        count += others[i] != NULL;
    }
    if (count == 0)
        return said;
    strbuf_reset(text);
    evidence_begin(text);
    for (size_t i = 1; i < study->language_count; i++)
        if (others[i] != NULL)
            evidence_add(text, study->languages[i], others[i], strlen(others[i]));
    evidence_end(text);
    said.messages = arena_copy(arena, text->text, text->length);
    return said;
}
