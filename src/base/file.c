#include "crfd/base/file.h"

#include "crfd/base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
fail(const char *what, const char *path, struct err *err)
{
    int number = errno;

    err_set(err, number == EACCES || number == EPERM ? ERR_PERMISSION : ERR_IO, "%s %s: %s", what, path,
            strerror(number));
    return false;
}

static bool
write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, text, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

/* The rename itself must reach the disk, or a crash may bring the old file back. */
static bool
sync_folder(const char *path)
{
    char copy[4096];
    int fd;
    bool ok;

    if (strlen(path) >= sizeof copy) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(copy, path, strlen(path) + 1);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

static bool
write_temporary(const char *temporary, const char *text, size_t length)
{
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok;

    if (fd < 0)
        return false;
    /* Whatever the umask of a service: what is replaced for readers must be theirs to read. */
    ok = fchmod(fd, 0644) == 0 && write_all(fd, text, length) && fsync(fd) == 0;
    if (close(fd) != 0)
        ok = false;
    FAULT("before rename");
    return ok;
}

bool
file_replace(const char *path, const char *text, size_t length, struct err *err)
{
    struct strbuf temporary;
    bool ok = false;

    strbuf_init(&temporary);
    strbuf_printf(&temporary, "%s.%ld.tmp", path, (long)getpid());
    if (!write_temporary(temporary.text, text, length)) {
        ok = fail("writing", temporary.text, err);
        (void)unlink(temporary.text);
    } else if (rename(temporary.text, path) != 0) {
        ok = fail("replacing", path, err);
        (void)unlink(temporary.text);
    } else {
        ok = sync_folder(path) || fail("syncing the folder of", path, err);
    }
    strbuf_destroy(&temporary);
    return ok;
}

/* Appends to out until the end of the file, or beyond max_bytes; false where reading fails. */
static bool
append_all(int fd, size_t max_bytes, struct strbuf *out, size_t *total)
{
    char buffer[16384];
    ssize_t got;

    *total = 0;
    while (*total <= max_bytes && (got = read(fd, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        strbuf_append_bytes(out, buffer, (size_t)got);
        *total += (size_t)got;
    }
    return true;
}

bool
file_read(const char *path, size_t max_bytes, struct strbuf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t before = out->length;
    size_t total;
    bool ok = false;

    if (fd < 0)
        return fail("reading", path, err);
    if (!append_all(fd, max_bytes, out, &total))
        fail("reading", path, err);
    else if (total > max_bytes)
        err_set(err, ERR_IO, "reading %s: it is larger than %zu bytes", path, max_bytes);
    else
        ok = true;
    close(fd);
    if (!ok) {
        out->length = before;
        out->text[before] = '\0';
    }
    return ok;
}
