#include "get_small.h"

#include "server.h"

#include "openapi.h"

#include <string.h>

void
get_page(struct request *request)
{
    const struct asset *page = asset_find(&request->server->assets, "index.html");

    if (page != NULL)
        answer_borrow(&request->answer, page->response);
    else
        answer_refuse(&request->answer, MHD_HTTP_NOT_FOUND,
                      "no pages are installed: v1/status and the like answer");
}

void
get_asset(struct request *request)
{
    const struct asset_list *list = &request->server->assets;
    const struct asset *asset = asset_find(list, request->target.segments[2]);

    if (asset != NULL && strcmp(request->target.segments[1], list->digest) == 0 &&
        strcmp(asset->name, "index.html") != 0)
        answer_borrow(&request->answer, asset->response);
    else
        answer_refuse(&request->answer, MHD_HTTP_NOT_FOUND,
                      "there is no such file; the page may be an older one: load it again");
}

void
get_health(struct request *request)
{
    strbuf_append(&request->answer.text, "{\"status\": \"ok\"}\n");
    answer_json(&request->answer);
}

void
get_openapi(struct request *request)
{
    strbuf_append_bytes(&request->answer.text, openapi, sizeof openapi);
    answer_json(&request->answer);
}

void
get_status(struct request *request)
{
    struct live *live = &request->server->live;

    live_look(live);
    if (live->response != NULL)
        answer_borrow(&request->answer, live->response);
    else
        answer_refuse(&request->answer, MHD_HTTP_NOT_FOUND,
                      "no status yet: it comes with the first run or the start of the daemon");
}
