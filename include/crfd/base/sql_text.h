/*
 * sql_text.h: texts of a study as words of SQL that a server, psql and a terminal read alike.
 *
 * A raw control character would be none of the text's business: psql ends a comment at a carriage return and obeys a
 * backslash that follows, and a terminal obeys an escape sequence. So whatever does not show (control and format
 * characters, line and paragraph separators) is written out as \uXXXX. The text is UTF-8, and is read as such: whoever
 * prints for psql sets client_encoding first, as other encodings swallow the quote behind a character.
 *
 * Threads: pure functions over a buffer.
 */
#ifndef CRFD_BASE_SQL_TEXT_H
#define CRFD_BASE_SQL_TEXT_H

#include "crfd/base/strbuf.h"

/* 'text', or E'te\\xt' where a character is escaped: the same whatever standard_conforming_strings says. */
void sql_text_append_literal(struct strbuf *out, const char *text);

/* "-- indent text" for each line of the text; a line ends at "\n" only. */
void sql_text_append_comment(struct strbuf *out, const char *indent, const char *text);

#endif
