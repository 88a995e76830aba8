#include "credential.h"

#include "crfd/base/file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASSWORD_MAX_BYTES 4096

bool
credential_password(const char *label, struct strbuf *out, struct err *err)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    struct strbuf path;
    bool ok = true;

    if (folder == NULL)
        return true;
    strbuf_init(&path);
    strbuf_printf(&path, "%s/%s.password", folder, label);
    if (access(path.text, F_OK) == 0)
        ok = file_read(path.text, PASSWORD_MAX_BYTES, out, err);
    strbuf_destroy(&path);
    out->length = strcspn(out->text, "\r\n");
    out->text[out->length] = '\0';
    return ok;
}

void
credential_forget(struct strbuf *password)
{
    explicit_bzero(password->text, password->size_bytes);
}
