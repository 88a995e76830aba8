#include "basis.h"

#include "crfd/base/memory.h"
#include "crfd/check/basis.h"

#include <openssl/evp.h>
#include <string.h>

/* What a rule read of all pages of a subject, whichever page it was asked of. */
struct basis_rest {
    uint64_t subject; /* the digest is of this one */
    unsigned char digest[BASIS_BYTES];
};

void
basis_init(struct basis *basis, struct arena *arena, const struct rulebook *rules)
{
    *basis = (struct basis){
        .sha256 = EVP_MD_fetch(NULL, "SHA256", NULL),
        .context = EVP_MD_CTX_new(),
        .rules = rules,
        .rests = arena_array(arena, struct basis_rest, rules->count),
    };
    if (basis->sha256 == NULL || basis->context == NULL)
        memory_exhausted(sizeof *basis);
    strbuf_init(&basis->text);
}

void
basis_destroy(struct basis *basis)
{
    EVP_MD_CTX_free(basis->context);
    EVP_MD_free(basis->sha256);
    strbuf_destroy(&basis->text);
}

void
basis_begin_subject(struct basis *basis, const struct subject *subject, struct item_state *const *states)
{
    basis->subject = subject;
    basis->states = states;
    basis->subjects++;
}

static void
digest_from(struct basis *basis, size_t start, unsigned char out[BASIS_BYTES])
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    if (EVP_DigestInit_ex(basis->context, basis->sha256, NULL) != 1 ||
        EVP_DigestUpdate(basis->context, basis->text.text + start, basis->text.length - start) != 1 ||
        EVP_DigestFinal_ex(basis->context, digest, NULL) != 1)
        memory_exhausted(sizeof digest);
    memcpy(out, digest, BASIS_BYTES);
    basis->text.length = start;
}

/* ---- Pieces, of which none can be taken for another: the length stands behind each ---- */

static void
end_piece(struct strbuf *text, size_t start, char kind)
{
    size_t length = text->length - start;

    strbuf_append_char(text, kind);
    strbuf_append_number(text, (int64_t)length);
    strbuf_append_char(text, ';');
}

void
basis_add_text(struct basis *basis, const char *text, size_t length)
{
    size_t start = basis->text.length;

    strbuf_append_bytes(&basis->text, text, length);
    end_piece(&basis->text, start, ':');
}

static void
add_value(struct basis *basis, const struct value *value)
{
    size_t start = basis->text.length;

    value_append_text(value, &basis->text);
    end_piece(&basis->text, start, value->is_null ? '-' : '=');
}

static bool
is_blank(const struct item_state *state)
{
    for (uint32_t i = 0; i < state->raw_length; i++)
        if (strchr(" \t\r\n", state->raw[i]) == NULL || state->raw[i] == '\0')
            return false;
    return true;
}

/* NULL is what nobody entered, what could not be read, and what a missing token means: the entry says which. */
void
basis_add_item(struct basis *basis, const struct page *page, size_t item)
{
    const struct item_state *state = &basis->states[page - basis->subject->pages][item];
    size_t start = basis->text.length;

    if (!page->values[item].is_null || state->raw == NULL || is_blank(state)) {
        add_value(basis, &page->values[item]);
        return;
    }
    strbuf_append_bytes(&basis->text, state->raw, state->raw_length);
    end_piece(&basis->text, start, '~');
}

/* ---- What a program read ---- */

static void
add_page(void *data, const struct page *page)
{
    struct basis *basis = data;

    if (page == NULL) {
        strbuf_append_char(&basis->text, '.');
        return;
    }
    basis_add_text(basis, page->event, page->event_length);
    strbuf_append_number(&basis->text, page->event_repeat);
    strbuf_append_char(&basis->text, ';');
    strbuf_append_number(&basis->text, page->form_repeat);
    strbuf_append_char(&basis->text, ';');
}

static void
add_column(void *data, const struct page *page, enum form_column column)
{
    struct basis *basis = data;
    struct value value;

    subject_column(basis->subject, page, column, &value);
    add_value(basis, &value);
}

static void
add_item(void *data, const struct page *page, size_t item)
{
    basis_add_item(data, page, item);
}

/* Each page of a subject may break the rule, and each rests on the same: it is digested once. */
static void
add_rest(struct basis *basis, const struct rule *rule, const struct basis_listener *listener)
{
    struct basis_rest *rest = &basis->rests[rule - basis->rules->rules];

    if (rest->subject != basis->subjects) {
        size_t start = basis->text.length;

        basis_of_rest(rule->program, basis->subject, listener);
        digest_from(basis, start, rest->digest);
        rest->subject = basis->subjects;
    }
    basis_add_text(basis, (const char *)rest->digest, sizeof rest->digest);
}

void
basis_add_reads(struct basis *basis, const struct rule *rule, const struct page *page)
{
    const struct basis_listener listener = {add_page, add_column, add_item, basis};

    basis_of_page(rule->program, basis->subject, page, &listener);
    if (basis_has_rest(rule->program))
        add_rest(basis, rule, &listener);
}

void
basis_add_program(struct basis *basis, const struct program *program, const struct page *page)
{
    const struct basis_listener listener = {add_page, add_column, add_item, basis};

    basis_of_page(program, basis->subject, page, &listener);
    basis_of_rest(program, basis->subject, &listener);
}

/* ---- One basis ---- */

void
basis_begin(struct basis *basis, enum severity severity, bool is_error)
{
    const char *name = severity_name(severity);

    strbuf_reset(&basis->text);
    basis_add_text(basis, name, strlen(name));
    basis_add_text(basis, is_error ? "error" : "false", 5);
}

void
basis_end(struct basis *basis, unsigned char digest[BASIS_BYTES])
{
    digest_from(basis, 0, digest);
}
