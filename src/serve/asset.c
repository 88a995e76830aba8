#include "asset.h"

#include "answer.h"
#include "crfd/base/file.h"
#include "crfd/base/hex.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define ASSET_BYTES_MAX (1024 * 1024)
#define PLACE           "@ASSETS@"

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/vnd.microsoft.icon"},
};

/* NULL: no file of a page. */
static const char *
type_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot != NULL && i < sizeof types / sizeof types[0]; i++)
        if (strcmp(dot, types[i].ending) == 0)
            return types[i].type;
    return NULL;
}

static int
compare(const void *left, const void *right)
{
    return strcmp(((const struct asset *)left)->name, ((const struct asset *)right)->name);
}

static bool
read_asset(struct asset_list *list, const char *folder, const char *name, struct err *err)
{
    struct asset *asset = &list->assets[list->count];
    struct strbuf text;
    bool ok;

    strbuf_init(&text);
    ok = file_read(arena_printf(&list->arena, "%s/%s", folder, name), ASSET_BYTES_MAX, &text, err);
    if (ok) {
        *asset = (struct asset){.name = arena_strdup(&list->arena, name),
                                .text = arena_copy(&list->arena, text.text, text.length),
                                .length = text.length,
                                .type = type_of(name)};
        list->count++;
    }
    strbuf_destroy(&text);
    return ok;
}

static bool
read_folder(struct asset_list *list, const char *folder, struct err *err)
{
    DIR *open = opendir(folder);
    const struct dirent *entry;
    bool ok = open != NULL;

    if (!ok)
        err_set(err, ERR_IO, "opening the folder %s of the pages: %s", folder, strerror(errno));
    while (ok && (entry = readdir(open)) != NULL) {
        if (type_of(entry->d_name) == NULL)
            continue;
        if (list->count == ASSET_MAX) {
            err_set(err, ERR_IO, "reading the folder %s of the pages: it has more than %d", folder,
                    ASSET_MAX);
            ok = false;
        } else {
            ok = read_asset(list, folder, entry->d_name, err);
        }
    }
    if (open != NULL)
        closedir(open);
    return ok;
}

/* Each name and content with its length, so that no two folders give the same. */
static bool
digest(struct asset_list *list, struct err *err)
{
    unsigned char bytes[EVP_MAX_MD_SIZE];
    struct strbuf all;
    bool ok;

    strbuf_init(&all);
    for (size_t i = 0; i < list->count; i++) {
        strbuf_printf(&all, "%s/%zu/", list->assets[i].name, list->assets[i].length);
        strbuf_append_bytes(&all, list->assets[i].text, list->assets[i].length);
    }
    ok = EVP_Digest(all.text, all.length, bytes, NULL, EVP_sha256(), NULL) == 1;
    if (ok)
        hex_encode(bytes, sizeof list->digest / 2, list->digest);
    else
        err_set(err, ERR_INTERNAL, "computing the digest of the pages failed");
    strbuf_destroy(&all);
    return ok;
}

/* The one page is asked for each time, as it is what names the others. */
static struct MHD_Response *
make_page(const struct asset_list *list, const struct asset *asset)
{
    const char *text = asset->text, *place;
    struct MHD_Response *response;
    struct strbuf out;

    strbuf_init(&out);
    while ((place = strstr(text, PLACE)) != NULL) {
        strbuf_append_bytes(&out, text, (size_t)(place - text));
        strbuf_printf(&out, "assets/%s", list->digest);
        text = place + strlen(PLACE);
    }
    strbuf_append(&out, text);
    response = answer_response_of(out.text, out.length, asset->type, NULL);
    strbuf_destroy(&out);
    return response;
}

static void
make_responses(struct asset_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        struct asset *asset = &list->assets[i];

        if (strcmp(asset->name, "index.html") == 0)
            asset->response = make_page(list, asset);
        else
            asset->response = answer_response_of(asset->text, asset->length, asset->type,
                                                 "public, max-age=31536000, immutable");
    }
}

bool
asset_list_open(struct asset_list *list, const char *folder, struct err *err)
{
    *list = (struct asset_list){.count = 0};
    arena_init(&list->arena, 64 * 1024, 0);
    if (!read_folder(list, folder, err)) {
        asset_list_close(list);
        return false;
    }
    qsort(list->assets, list->count, sizeof list->assets[0], compare);
    if (!digest(list, err)) {
        asset_list_close(list);
        return false;
    }
    make_responses(list);
    return true;
}

void
asset_list_close(struct asset_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->assets[i].response != NULL)
            MHD_destroy_response(list->assets[i].response);
    arena_destroy(&list->arena);
}

const struct asset *
asset_find(const struct asset_list *list, const char *name)
{
    const struct asset wanted = {.name = name};

    return bsearch(&wanted, list->assets, list->count, sizeof wanted, compare);
}
