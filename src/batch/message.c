#include "message.h"

static void
append_missing(struct strbuf *out)
{
    strbuf_append(out, "(missing)");
}

/* page NULL: there is none. */
static void
append_item(struct strbuf *out, const struct evaluation *evaluation, const struct page *page, size_t item)
{
    const struct item_state *state;

    if (page == NULL) {
        append_missing(out);
        return;
    }
    state = &evaluation->item_states[page - evaluation->subject.pages][item];
    if (!page->values[item].is_null)
        value_append_text(&page->values[item], out);
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

void
message_append(struct strbuf *out, const struct message *message, const struct evaluation *evaluation,
               const struct page *page)
{
    const struct subject *subject = &evaluation->subject;

    for (size_t i = 0; i < message->count; i++) {
        const struct message_part *part = &message->parts[i];

        switch (part->source) {
        case MESSAGE_TEXT:
            strbuf_append(out, part->text);
            break;
        case MESSAGE_ITEM:
            append_item(out, evaluation, page, part->item);
            break;
        case MESSAGE_REFERENCE:
            append_item(out, evaluation, subject_reference(subject, part->form, page), part->item);
            break;
        case MESSAGE_NEIGHBOR:
            append_item(out, evaluation, subject_neighbor(subject, page, part->offset), part->item);
            break;
        case MESSAGE_COLUMN:
            append_column(out, subject, page, part->column);
            break;
        case MESSAGE_FORM:
            strbuf_append(out, page->form->name);
            break;
        }
    }
}
