/*
 * answer.h: what is answered to a request: status, headers, text.
 *
 * Every answer has the same headers of safety, and is not stored by anybody unless it says so. Errors are problem+json
 * (RFC 9457) in words of our own.
 *
 * Threads: an answer belongs to one thread at a time.
 * Memory:  answer_destroy frees; what answer_response_of returns is the caller's.
 */
#ifndef CRFD_SERVE_ANSWER_H
#define CRFD_SERVE_ANSWER_H

#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"

#include <microhttpd.h>
#include <stdbool.h>

struct answer {
    unsigned status; /* of HTTP; 0: none yet */
    const char *type;
    struct strbuf text;
    const char *allow;         /* NULL: no such header */
    const char *disposition;   /* so */
    int retry_after_s;         /* 0: so */
    struct MHD_Response *made; /* in place of the text; NULL: none */
    bool is_borrowed;          /* it is another's, of many requests */
};

void answer_init(struct answer *answer);
void answer_destroy(struct answer *answer);

/* JSON is in the text. */
void answer_json(struct answer *answer);
/* One that was made already; it becomes the answer's, or was lent by who has it until it is queued. */
void answer_take(struct answer *answer, struct MHD_Response *response);
void answer_borrow(struct answer *answer, struct MHD_Response *response);
/* {"type", "title", "status", "detail"}: takes the place of what is there. */
void answer_refuse(struct answer *answer, unsigned status, const char *format, ...) CRFD_PRINTF(3, 4);

/* Hands it to libmicrohttpd; the text has gone into it. */
enum MHD_Result answer_queue(struct answer *answer, struct MHD_Connection *connection);

/* One of a text that it copies, with the headers of every answer. cache: NULL: not to be stored. */
struct MHD_Response *answer_response_of(const char *text, size_t length, const char *type, const char *cache);
/* The headers of every answer. */
void answer_add_headers(struct MHD_Response *response, const char *type, const char *cache);

#endif
