#include "conn_private.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct conn_place
conn_place(const struct conn *conn)
{
    return (struct conn_place){.host = PQhost(conn->pg),
                               .port = PQport(conn->pg),
                               .database = PQdb(conn->pg),
                               .role = PQuser(conn->pg)};
}

/* The address in network order; an IPv4 address within IPv6 as IPv4. 0 for a family without addresses. */
static size_t
address_of(const struct sockaddr *socket_address, const unsigned char **out)
{
    if (socket_address->sa_family == AF_INET) {
        *out = (const unsigned char *)&((const struct sockaddr_in *)(const void *)socket_address)->sin_addr;
        return 4;
    }
    if (socket_address->sa_family == AF_INET6) {
        const struct in6_addr *address =
            &((const struct sockaddr_in6 *)(const void *)socket_address)->sin6_addr;

        *out = address->s6_addr;
        if (!IN6_IS_ADDR_V4MAPPED(address))
            return 16;
        *out += 12;
        return 4;
    }
    return 0;
}

bool
conn_stays_on_host(const struct sockaddr *own, const struct sockaddr *peer)
{
    const unsigned char *own_bytes = NULL, *peer_bytes = NULL;
    size_t own_length = address_of(own, &own_bytes);
    size_t peer_length = address_of(peer, &peer_bytes);

    if (peer->sa_family == AF_UNIX)
        return true;
    if (peer_length == 4 && peer_bytes[0] == IN_LOOPBACKNET)
        return true;
    /* ::1 is the same at both ends, too. */
    return peer_length > 0 && own_length == peer_length && memcmp(own_bytes, peer_bytes, own_length) == 0;
}

static bool
is_verify_full(PGconn *pg)
{
    PQconninfoOption *used = PQconninfo(pg);
    bool found = false;

    for (PQconninfoOption *option = used; option != NULL && option->keyword != NULL; option++)
        if (strcmp(option->keyword, "sslmode") == 0 && option->val != NULL)
            found = strcmp(option->val, "verify-full") == 0;
    PQconninfoFree(used);
    return found;
}

enum conn_privacy
conn_privacy(const struct conn *conn)
{
    struct sockaddr_storage own, peer;
    socklen_t own_length = sizeof own, peer_length = sizeof peer;
    int fd = PQsocket(conn->pg);

    if (getsockname(fd, (struct sockaddr *)&own, &own_length) == 0 &&
        getpeername(fd, (struct sockaddr *)&peer, &peer_length) == 0 &&
        conn_stays_on_host((const struct sockaddr *)&own, (const struct sockaddr *)&peer))
        return CONN_STAYS_ON_HOST;
    /* Kerberos knows both ends. */
    if (PQgssEncInUse(conn->pg))
        return CONN_VERIFIED;
    if (!PQsslInUse(conn->pg))
        return CONN_READABLE;
    return is_verify_full(conn->pg) ? CONN_VERIFIED : CONN_ENCRYPTED;
}
