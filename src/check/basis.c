#include "crfd/check/basis.h"

#include "steps.h"

static enum read_path
path_of(const struct row *row)
{
    switch (row->kind) {
    case ROW_REFERENCE:
        return READ_REFERENCE;
    case ROW_NEIGHBOR:
        return READ_NEIGHBOR;
    case ROW_LOOP:
        return READ_SUBQUERY;
    case ROW_PAGE:
        break;
    }
    return READ_PAGE;
}

static bool
reads_whole_form(const struct row *row)
{
    return row->kind == ROW_LOOP && !row->at_event;
}

/* Two rows that look at the same pages in the same way have their items together in the list. */
static void
tell_columns(const struct program *program, const struct row *row, const struct page *page,
             const struct basis_listener *listener)
{
    enum read_path path = path_of(row);

    if (page == NULL) {
        listener->page(listener->data, NULL);
        return;
    }
    for (int column = 0; column < FORM_COLUMN_COUNT; column++)
        if ((row->columns & (1u << column)) != 0)
            listener->column(listener->data, page, (enum form_column)column);
    for (size_t i = 0; i < program->read_count; i++) {
        const struct program_read *read = &program->reads[i];

        if (read->path == path && read->form == row->form && read->offset == row->offset)
            listener->item(listener->data, page, read->item);
    }
}

static void
tell_pages(const struct program *program, const struct row *row, const struct page *const *first,
           const struct page *const *end, const struct basis_listener *listener)
{
    for (const struct page *const *at = first; at < end; at++) {
        listener->page(listener->data, *at);
        tell_columns(program, row, *at, listener);
    }
    listener->page(listener->data, NULL);
}

static void
tell_neighbor(const struct program *program, const struct row *row, const struct page *page,
              const struct basis_listener *listener)
{
    if (page != NULL)
        listener->page(listener->data, page);
    tell_columns(program, row, page, listener);
}

void
basis_of_page(const struct program *program, const struct subject *subject, const struct page *page,
              const struct basis_listener *listener)
{
    for (size_t i = 0; i < program->row_count; i++) {
        const struct row *row = &program->rows[i];
        const struct page *const *first, *const *end;

        switch (row->kind) {
        case ROW_PAGE:
            tell_columns(program, row, page, listener);
            break;
        case ROW_REFERENCE:
            tell_columns(program, row, subject_reference(subject, row->form, page), listener);
            break;
        case ROW_NEIGHBOR:
            tell_neighbor(program, row, subject_neighbor(subject, page, row->offset), listener);
            break;
        case ROW_LOOP:
            if (reads_whole_form(row))
                break;
            subject_pages_at_event(subject, row->form, page, &first, &end);
            tell_pages(program, row, first, end, listener);
            break;
        }
    }
}

bool
basis_has_rest(const struct program *program)
{
    for (size_t i = 0; i < program->row_count; i++)
        if (reads_whole_form(&program->rows[i]))
            return true;
    return false;
}

void
basis_of_rest(const struct program *program, const struct subject *subject,
              const struct basis_listener *listener)
{
    for (size_t i = 0; i < program->row_count; i++) {
        const struct row *row = &program->rows[i];
        const struct form_pages *list = &subject->forms[row->form->index];

        if (reads_whole_form(row))
            tell_pages(program, row, list->pages, list->pages + list->count, listener);
    }
}
