#include "routes.h"

#include "crfd/base/suggest.h"
#include "events.h"
#include "get_check.h"
#include "get_findings.h"
#include "get_lists.h"
#include "get_session.h"
#include "get_small.h"
#include "post_review.h"

#include <string.h>

static const struct route routes[] = {
    {.path = "", .begin = get_page},
    {.path = "healthz", .is_open = true, .begin = get_health},
    {.path = "openapi.json", .begin = get_openapi},
    {.path = "assets/+/+", .begin = get_asset},
    {.path = "v1/session", .begin = get_session},
    {.path = "v1/status", .begin = get_status},
    {.path = "v1/events", .begin = events_begin},
    {.path = "v1/runs", .params = "limit", .begin = begin_runs, .work = work_runs},
    {.path = "v1/centers", .params = "nights", .begin = begin_centers, .work = work_centers},
    {.path = "v1/checks", .work = work_checks},
    {.path = "v1/checks/+", .begin = get_check},
    {.path = "v1/findings",
     .params = FINDINGS_FILTERS " limit after",
     .begin = begin_findings,
     .work = work_findings},
    {.path = "v1/findings.csv",
     .params = FINDINGS_FILTERS,
     .begin = begin_findings_csv,
     .work = work_findings_csv},
    {.path = "v1/findings/waive", .is_post = true, .begin = begin_review, .work = work_review},
    {.path = "v1/findings/unwaive", .is_post = true, .begin = begin_review, .work = work_review},
    {.path = "v1/findings/comment", .is_post = true, .begin = begin_review, .work = work_review},
    {.path = "v1/findings/+", .begin = begin_finding, .work = work_finding},
};

#define ROUTE_COUNT (sizeof routes / sizeof routes[0])

static bool
is_path(const struct target *target, const char *path)
{
    for (size_t i = 0; i < target->segment_count; i++) {
        size_t length = strcspn(path, "/");
        const char *segment = target->segments[i];

        if (length == 1 && *path == '+') {
            if (*segment == '\0')
                return false;
        } else if (strlen(segment) != length || memcmp(segment, path, length) != 0) {
            return false;
        }
        path += length;
        path += *path == '/' && i + 1 < target->segment_count;
    }
    return *path == '\0';
}

/* The n-th name of the list; NULL behind the last. *many: it may come again. */
static const char *
name_at(struct request *request, const char *list, size_t n, bool *many)
{
    for (; n > 0 && *list != '\0'; n--) {
        list += strcspn(list, " ");
        list += strspn(list, " ");
    }
    if (*list == '\0')
        return NULL;
    *many = list[strcspn(list, " ") - 1] == '*';
    return arena_copy(&request->arena, list, strcspn(list, " ") - *many);
}

static size_t
times_of(const struct target *target, const char *name)
{
    size_t times = 0;

    for (size_t i = 0; i < target->param_count; i++)
        times += strcmp(target->params[i].name, name) == 0;
    return times;
}

/* A parameter that nobody reads is a filter that was misspelt: what came back would be taken for something else. */
static bool
knows_param(struct request *request, const char *wanted)
{
    const char *list = request->route->params != NULL ? request->route->params : "";
    struct suggestion close;
    const char *name;
    bool many = false;

    suggestion_begin(&close, wanted);
    for (size_t i = 0; (name = name_at(request, list, i, &many)) != NULL; i++) {
        if (strcmp(name, wanted) != 0) {
            suggestion_offer(&close, name);
            continue;
        }
        if (many || times_of(&request->target, wanted) == 1)
            return true;
        answer_refuse(&request->answer, MHD_HTTP_BAD_REQUEST, "the parameter \"%s\" is there twice", wanted);
        return false;
    }
    answer_refuse(&request->answer, MHD_HTTP_BAD_REQUEST, "there is no parameter \"%s\" here%s%s%s", wanted,
                  close.name != NULL ? "; did you mean \"" : "", close.name != NULL ? close.name : "",
                  close.name != NULL ? "\"?" : "");
    return false;
}

static bool
is_method(const struct route *route, const char *method)
{
    if (route->is_post)
        return strcmp(method, MHD_HTTP_METHOD_POST) == 0;
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

bool
routes_find(struct request *request, const char *method)
{
    const struct route *found = NULL;

    for (size_t i = 0; i < ROUTE_COUNT && (found == NULL || !is_method(found, method)); i++)
        if (is_path(&request->target, routes[i].path))
            found = &routes[i];
    if (found == NULL) {
        answer_refuse(&request->answer, MHD_HTTP_NOT_FOUND, "there is nothing of this name here");
        return false;
    }
    request->route = found;
    if (!is_method(found, method)) {
        answer_refuse(&request->answer, MHD_HTTP_METHOD_NOT_ALLOWED,
                      "this is not for the method of the request");
        request->answer.allow = found->is_post ? "POST" : "GET, HEAD";
        return false;
    }
    for (size_t i = 0; i < request->target.param_count; i++)
        if (!knows_param(request, request->target.params[i].name))
            return false;
    return true;
}
