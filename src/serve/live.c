#include "live.h"

#include "answer.h"
#include "crfd/base/file.h"

#include <cjson/cJSON.h>

#define STATUS_MAX_BYTES (4 * 1024 * 1024)

void
live_open(struct live *live, const char *path)
{
    *live = (struct live){.path = path};
    strbuf_init(&live->line);
}

static void
forget(struct live *live)
{
    if (live->response != NULL)
        MHD_destroy_response(live->response);
    live->response = NULL;
    strbuf_reset(&live->line);
    live->version++;
}

void
live_close(struct live *live)
{
    forget(live);
    strbuf_destroy(&live->line);
}

/* It is replaced as a whole, so that each one is another file. */
static bool
is_seen(const struct live *live, const struct stat *file)
{
    return live->seen.st_ino == file->st_ino && live->seen.st_size == file->st_size &&
           live->seen.st_mtim.tv_sec == file->st_mtim.tv_sec &&
           live->seen.st_mtim.tv_nsec == file->st_mtim.tv_nsec;
}

/* What is no JSON is not handed on: a half of something else, of whoever writes there. */
static void
take(struct live *live, const struct strbuf *text)
{
    cJSON *document = cJSON_ParseWithLength(text->text, text->length);
    char *line = cJSON_IsObject(document) ? cJSON_PrintUnformatted(document) : NULL;

    cJSON_Delete(document);
    if (line == NULL)
        return;
    strbuf_append(&live->line, line);
    live->response = answer_response_of(live->line.text, live->line.length, "application/json", NULL);
    cJSON_free(line);
}

void
live_look(struct live *live)
{
    struct stat file = {.st_ino = 0};
    struct strbuf text;
    struct err err;

    if (stat(live->path, &file) != 0)
        file = (struct stat){.st_ino = 0};
    if (is_seen(live, &file))
        return;
    forget(live);
    live->seen = file;
    strbuf_init(&text);
    if (file_read(live->path, STATUS_MAX_BYTES, &text, &err))
        take(live, &text);
    strbuf_destroy(&text);
}
