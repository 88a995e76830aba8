/*
 * evidence.h: the raw values that a finding rests on, as a JSON object.
 *
 * The text is canonical (keys in the order given, no blanks), so that two evidences are the same exactly
 * when their texts are. It is what people read; whether a waiver holds, the basis says (basis.h).
 *
 * Threads: pure functions.
 */
#ifndef CRFD_BATCH_EVIDENCE_H
#define CRFD_BATCH_EVIDENCE_H

#include "crfd/base/strbuf.h"

#include <stddef.h>

void evidence_begin(struct strbuf *out);
/* raw NULL is JSON null. UTF-8 is kept as it is; control characters, quotes and backslashes are escaped. */
void evidence_add(struct strbuf *out, const char *key, const char *raw, size_t raw_length);
void evidence_end(struct strbuf *out);

#endif
