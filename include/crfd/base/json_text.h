/*
 * json_text.h: a text as a JSON string (RFC 8259, section 7), written to a buffer.
 *
 * UTF-8 is kept as it is; quotes, backslashes and control characters below U+0020 are escaped, always in the same way,
 * so that two strings are the same exactly when their texts are. What is not UTF-8 becomes U+FFFD: the result is valid
 * JSON whatever a server or a source sent.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_BASE_JSON_TEXT_H
#define CRFD_BASE_JSON_TEXT_H

#include "crfd/base/strbuf.h"

#include <stddef.h>
#include <stdint.h>

void json_text_append(struct strbuf *out, const char *text, size_t length);

/* The same for what is looked at in terminals: whatever does not show (utf8_shows) is escaped, too. */
void json_text_append_shown(struct strbuf *out, const char *text, size_t length);

/*
 * A document of JSON, the same in meaning, in which nothing can steer a terminal: what does not show, and JSON lets
 * stand, is escaped.
 */
void json_text_append_document(struct strbuf *out, const char *text);

/* A character as \uXXXX, beyond U+FFFF as the two of its surrogates. */
void json_text_append_escape(struct strbuf *out, int32_t point);

#endif
