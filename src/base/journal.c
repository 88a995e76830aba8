#define SD_JOURNAL_SUPPRESS_LOCATION /* the line of log.c would be that of every event */

#include "journal.h"

#include "crfd/base/strbuf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-journal.h>

#define FIELDS_MAX                                                                                           \
    24 /* of one event, with those of the journal's own; what is beyond stands in the message only */

static const int priorities[] = {
    [LOG_LEVEL_ERROR] = LOG_ERR,
    [LOG_LEVEL_WARNING] = LOG_WARNING,
    [LOG_LEVEL_INFO] = LOG_INFO,
    [LOG_LEVEL_DEBUG] = LOG_DEBUG,
};

bool
journal_takes(int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    uint64_t device, inode;
    struct stat status;

    return stream != NULL && sscanf(stream, "%" SCNu64 ":%" SCNu64, &device, &inode) == 2 &&
           fstat(fd, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

static void
append_key(struct strbuf *text, const char *key)
{
    strbuf_append(text, "CRFD_");
    for (; *key != '\0'; key++)
        strbuf_append_char(text, *key >= 'a' && *key <= 'z' ? (char)(*key - 'a' + 'A') : *key);
    strbuf_append_char(text, '=');
}

static void
append_field(struct strbuf *text, const struct log_field *field)
{
    append_key(text, field->key);
    if (field->text != NULL)
        strbuf_append(text, field->text);
    else
        strbuf_printf(text, "%" PRId64, field->number);
}

bool
journal_send(enum log_level level, const char *message, const struct log_field *fields)
{
    struct strbuf texts[FIELDS_MAX];
    struct iovec parts[FIELDS_MAX];
    int count = 0;
    bool ok;

    for (int i = 0; i < FIELDS_MAX; i++)
        strbuf_init(&texts[i]);
    strbuf_printf(&texts[count++], "MESSAGE=%s", message);
    strbuf_printf(&texts[count++], "PRIORITY=%d", priorities[level]);
    strbuf_append(&texts[count++], "SYSLOG_IDENTIFIER=crfd");
    for (; fields->key != NULL && count < FIELDS_MAX; fields++)
        append_field(&texts[count++], fields);
    for (int i = 0; i < count; i++)
        parts[i] = (struct iovec){texts[i].text, texts[i].length};
    ok = sd_journal_sendv(parts, count) == 0;
    for (int i = 0; i < FIELDS_MAX; i++)
        strbuf_destroy(&texts[i]);
    return ok;
}
