#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define BACKLOG  128
#define PORT_MAX 65535

union address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
    struct sockaddr_storage room;
};

static bool
is_loopback(const union address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->four.sin_addr.s_addr) >> 24 == 127;
    return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&address->six.sin6_addr);
}

static int
port_of(const union address *address)
{
    return ntohs(address->any.sa_family == AF_INET ? address->four.sin_port : address->six.sin6_port);
}

/* --- of an address --- */

static socklen_t
parse(const char *text, union address *out, struct err *err)
{
    const char *colon = strrchr(text, ':');
    size_t host = colon != NULL ? (size_t)(colon - text) : 0;
    size_t digits = colon != NULL ? strspn(colon + 1, "0123456789") : 0;
    long port = digits > 0 && digits < 6 && colon[1 + digits] == '\0' ? strtol(colon + 1, NULL, 10) : -1;

    *out = (union address){.room = {.ss_family = AF_UNSPEC}};
    if (port >= 0 && port <= PORT_MAX && host == 9 && memcmp(text, "127.0.0.1", host) == 0) {
        out->four.sin_family = AF_INET;
        out->four.sin_port = htons((uint16_t)port);
        out->four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof out->four;
    }
    if (port >= 0 && port <= PORT_MAX && host == 5 && memcmp(text, "[::1]", host) == 0) {
        out->six.sin6_family = AF_INET6;
        out->six.sin6_port = htons((uint16_t)port);
        out->six.sin6_addr = in6addr_loopback;
        return sizeof out->six;
    }
    err_set(err, ERR_USAGE,
            "--listen \"%s\" is not an address of this machine alone: 127.0.0.1:PORT or [::1]:PORT", text);
    return 0;
}

static int
listen_at(const char *text, struct err *err)
{
    union address address;
    socklen_t size = parse(text, &address, err);
    const int on = 1;
    int fd;

    if (size == 0)
        return -1;
    fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, &address.any, size) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    err_set(err, ERR_IO, "listening at %s: %s", text, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* --- of systemd --- */

static int
take_over(struct err *err)
{
    int count = sd_listen_fds(1);

    if (count != 1)
        err_set(err, ERR_USAGE,
                "systemd handed over %d sockets, and one is needed: start crfd-serve@STUDY.socket, or give "
                "--listen "
                "127.0.0.1:PORT",
                count > 0 ? count : 0);
    else if (sd_is_socket(SD_LISTEN_FDS_START, AF_UNSPEC, SOCK_STREAM, 1) <= 0)
        err_set(err, ERR_CONFIG, "what systemd handed over is no socket that listens for streams");
    else
        return SD_LISTEN_FDS_START;
    return -1;
}

int
listen_open(const char *address, int *port, struct err *err)
{
    int fd = address != NULL ? listen_at(address, err) : take_over(err);
    union address own = {.room = {.ss_family = AF_UNSPEC}};
    socklen_t size = sizeof own;

    if (fd < 0)
        return -1;
    if (getsockname(fd, &own.any, &size) != 0) {
        err_set(err, ERR_IO, "asking for the address of the socket: %s", strerror(errno));
    } else if (own.any.sa_family == AF_UNIX) {
        *port = 0;
        return fd;
    } else if (is_loopback(&own)) {
        *port = port_of(&own);
        return fd;
    } else {
        err_set(err, ERR_CONFIG,
                "the socket is open to other machines; there is no TLS here: use a Unix socket behind a "
                "proxy, or the loopback interface");
    }
    close(fd);
    return -1;
}
