#include "answer.h"

#include "crfd/base/json_text.h"
#include "crfd/base/memory.h"

#include <stdio.h>
#include <string.h>

#define RETRY_AFTER_S 2

static const struct {
    const char *name;
    const char *value;
} headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
     "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
     "require-trusted-types-for 'script'; trusted-types 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

void
answer_init(struct answer *answer)
{
    *answer = (struct answer){.status = 0};
    strbuf_init(&answer->text);
}

void
answer_destroy(struct answer *answer)
{
    if (answer->made != NULL && !answer->is_borrowed)
        MHD_destroy_response(answer->made);
    strbuf_destroy(&answer->text);
}

void
answer_json(struct answer *answer)
{
    answer->status = MHD_HTTP_OK;
    answer->type = "application/json";
}

void
answer_take(struct answer *answer, struct MHD_Response *response)
{
    answer->status = MHD_HTTP_OK;
    answer->made = response;
}

void
answer_borrow(struct answer *answer, struct MHD_Response *response)
{
    answer_take(answer, response);
    answer->is_borrowed = true;
}

void
answer_refuse(struct answer *answer, unsigned status, const char *format, ...)
{
    struct strbuf detail;
    va_list args;

    strbuf_init(&detail);
    va_start(args, format);
    strbuf_vprintf(&detail, format, args);
    va_end(args);
    strbuf_reset(&answer->text);
    strbuf_printf(&answer->text,
                  "{\"type\": \"about:blank\", \"title\": \"%s\", \"status\": %u, \"detail\": ",
                  MHD_get_reason_phrase_for(status), status);
    json_text_append_shown(&answer->text, detail.text, detail.length);
    strbuf_append(&answer->text, "}\n");
    strbuf_destroy(&detail);
    answer->status = status;
    answer->type = "application/problem+json";
    answer->disposition = NULL;
    answer->retry_after_s = status == MHD_HTTP_SERVICE_UNAVAILABLE ? RETRY_AFTER_S : 0;
}

static void
add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (value != NULL && MHD_add_response_header(response, name, value) != MHD_YES)
        memory_exhausted(strlen(value));
}

void
answer_add_headers(struct MHD_Response *response, const char *type, const char *cache)
{
    add_header(response, "Content-Type", type);
    add_header(response, "Cache-Control", cache != NULL ? cache : "no-store");
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        add_header(response, headers[i].name, headers[i].value);
}

static struct MHD_Response *
make(const char *text, size_t length, enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(length, (void *)(uintptr_t)text, mode);

    if (response == NULL)
        memory_exhausted(length);
    return response;
}

struct MHD_Response *
answer_response_of(const char *text, size_t length, const char *type, const char *cache)
{
    struct MHD_Response *response = make(text, length, MHD_RESPMEM_MUST_COPY);

    answer_add_headers(response, type, cache);
    return response;
}

static struct MHD_Response *
response_of(struct answer *answer)
{
    struct MHD_Response *response = make(answer->text.text, answer->text.length, MHD_RESPMEM_MUST_FREE);
    char seconds[16];

    strbuf_init(&answer->text);
    answer_add_headers(response, answer->type, NULL);
    snprintf(seconds, sizeof seconds, "%d", answer->retry_after_s);
    add_header(response, "Allow", answer->allow);
    add_header(response, "Content-Disposition", answer->disposition);
    add_header(response, "Retry-After", answer->retry_after_s > 0 ? seconds : NULL);
    return response;
}

enum MHD_Result
answer_queue(struct answer *answer, struct MHD_Connection *connection)
{
    if (answer->made == NULL)
        answer->made = response_of(answer);
    return MHD_queue_response(connection, answer->status, answer->made);
}
