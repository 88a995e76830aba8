#include "conn_target.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* What a conninfo may say of itself comes before dbname, what it must not say comes behind. */
#define OPTIONS_MAX 16

struct options {
    const char *keywords[OPTIONS_MAX];
    const char *values[OPTIONS_MAX];
    size_t count;
};

static void
add(struct options *list, const char *keyword, const char *value)
{
    if (value == NULL)
        return;
    list->keywords[list->count] = keyword;
    list->values[list->count++] = value;
}

static PGconn *
start(const struct conn_target *target, const struct conn_options *options, const char *channel_binding)
{
    struct options list = {0};

    add(&list, "keepalives_idle", "10");
    add(&list, "keepalives_interval", "5");
    add(&list, "keepalives_count", "3");
    add(&list, "tcp_user_timeout", "25000");
    add(&list, "password", options->password);
    add(&list, "dbname", options->conninfo);
    add(&list, "application_name", options->application_name);
    add(&list, "client_encoding", "UTF8");
    add(&list, "host", target->host);
    add(&list, "hostaddr", target->hostaddr);
    add(&list, "port", target->port);
    add(&list, "target_session_attrs", target->session_attrs);
    add(&list, "channel_binding", channel_binding);
    return PQconnectStartParams(list.keywords, list.values, 1);
}

PGconn *
conn_target_start(const struct conn_target *target, const struct conn_options *options)
{
    return start(target, options, NULL);
}

/* ---- What the connection string says ---- */

struct named {
    const char *host;
    const char *hostaddr;
    const char *port;
    const char *session_attrs;
};

static void
take(struct arena *arena, const PQconninfoOption *option, const char *keyword, const char **out)
{
    if (strcmp(option->keyword, keyword) == 0 && option->val != NULL && *option->val != '\0')
        *out = arena_strdup(arena, option->val);
}

/*
 * Services, environment and defaults are libpq's to know, and it tells them of connections only. One with an impossible
 * option is looked through and given up before it looks for a server.
 */
static void
read_options(struct conn_targets *targets, const struct conn_options *options, struct named *out)
{
    const struct conn_target as_written = {0};
    PGconn *pg = start(&as_written, options, "(none)");
    PQconninfoOption *used = pg != NULL ? PQconninfo(pg) : NULL;
    const char *timeout = NULL;

    for (PQconninfoOption *option = used; option != NULL && option->keyword != NULL; option++) {
        take(&targets->arena, option, "host", &out->host);
        take(&targets->arena, option, "hostaddr", &out->hostaddr);
        take(&targets->arena, option, "port", &out->port);
        take(&targets->arena, option, "target_session_attrs", &out->session_attrs);
        take(&targets->arena, option, "connect_timeout", &timeout);
    }
    if (timeout != NULL)
        targets->timeout_ms = strtol(timeout, NULL, 10) > 0 ? (int64_t)strtol(timeout, NULL, 10) * 1000 : -1;
    PQconninfoFree(used);
    PQfinish(pg);
}

/* ---- One by one ---- */

static size_t
parts_of(const char *list)
{
    size_t count = list != NULL;

    for (; list != NULL && *list != '\0'; list++)
        count += *list == ',';
    return count;
}

/* A part that is empty says nothing; a list of one is said of all. */
static const char *
part_of(struct arena *arena, const char *list, size_t number)
{
    if (list == NULL)
        return NULL;
    if (strchr(list, ',') == NULL)
        return list;
    while (number-- > 0)
        list = strchr(list, ',') + 1;
    return arena_copy(arena, list, strcspn(list, ","));
}

static void
push(struct conn_targets *targets, size_t room, const struct conn_target *target)
{
    if (targets->count < room)
        targets->list[targets->count++] = *target;
}

/* The addresses that the name has; none where it is none, or cannot be looked up, which libpq tells of. */
static struct addrinfo *
look_up(const struct conn_target *target)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;

    if (target->host == NULL || *target->host == '\0' || *target->host == '/' || *target->host == '@' ||
        (target->hostaddr != NULL && *target->hostaddr != '\0'))
        return NULL;
    return getaddrinfo(target->host, NULL, &hints, &found) == 0 ? found : NULL;
}

#define TARGETS_MAX 64

static void
push_each_address(struct conn_targets *targets, const struct conn_target *target)
{
    struct addrinfo *found = look_up(target);

    if (found == NULL || found->ai_next == NULL) {
        push(targets, TARGETS_MAX, target);
    } else {
        for (const struct addrinfo *each = found; each != NULL; each = each->ai_next) {
            struct conn_target at = *target;
            char text[NI_MAXHOST];

            if (getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
                continue;
            at.hostaddr = arena_strdup(&targets->arena, text);
            push(targets, TARGETS_MAX, &at);
        }
    }
    if (found != NULL)
        freeaddrinfo(found);
}

static void
push_all(struct conn_targets *targets, const struct named *named, const char *session_attrs)
{
    size_t hosts = parts_of(named->hostaddr != NULL ? named->hostaddr : named->host);

    for (size_t i = 0; i < hosts; i++) {
        const struct conn_target target = {
            .host = part_of(&targets->arena, named->host, i),
            .hostaddr = part_of(&targets->arena, named->hostaddr, i),
            .port = part_of(&targets->arena, named->port, i),
            .session_attrs = session_attrs,
        };

        push_each_address(targets, &target);
    }
}

/* Lists whose lengths do not fit are a mistake, which libpq words. */
static bool
lists_fit(const struct named *named)
{
    size_t hosts = parts_of(named->host), addresses = parts_of(named->hostaddr),
           ports = parts_of(named->port);
    size_t count = addresses > 0 ? addresses : hosts;

    return (hosts == 0 || addresses == 0 || hosts == addresses) && (ports <= 1 || ports == count);
}

void
conn_targets_find(struct conn_targets *targets, const struct conn_options *options)
{
    struct named named = {0};

    *targets = (struct conn_targets){0};
    arena_init(&targets->arena, 4096, 0);
    targets->list = arena_array(&targets->arena, struct conn_target, TARGETS_MAX);
    read_options(targets, options, &named);
    if (lists_fit(&named) && named.session_attrs != NULL &&
        strcmp(named.session_attrs, "prefer-standby") == 0) {
        /* A standby among all of them, before any other. */
        push_all(targets, &named, "standby");
        push_all(targets, &named, "any");
    } else if (lists_fit(&named)) {
        push_all(targets, &named, NULL);
    }
    if (targets->count == 0)
        targets->count = 1; /* as the connection string has it */
}

void
conn_targets_destroy(struct conn_targets *targets)
{
    arena_destroy(&targets->arena);
}

const char *
conn_target_name(struct arena *arena, const struct conn_target *target)
{
    const char *host = target->host != NULL && *target->host != '\0' ? target->host : target->hostaddr;

    if (host == NULL)
        return "the server";
    if (target->host != NULL && target->hostaddr != NULL && *target->hostaddr != '\0')
        host = arena_printf(arena, "%s (%s)", host, target->hostaddr);
    return target->port != NULL ? arena_printf(arena, "%s, port %s", host, target->port) : host;
}
