/*
 * credential.h: a database's password, as systemd hands it to a service (LoadCredential= in systemd.exec(5)).
 *
 * Threads: any.
 */
#ifndef CRFD_BATCH_CREDENTIAL_H
#define CRFD_BATCH_CREDENTIAL_H

#include "crfd/base/err.h"
#include "crfd/base/strbuf.h"

#include <stdbool.h>

/*
 * Appends the first line of the credential LABEL.password to out; nothing where there is none. Fails where there is
 * one that cannot be read. The text is a secret: credential_forget before the buffer is destroyed.
 */
bool credential_password(const char *label, struct strbuf *out, struct err *err) CRFD_MUST_CHECK;
void credential_forget(struct strbuf *password);

#endif
