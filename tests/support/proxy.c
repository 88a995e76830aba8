#include "proxy.h"

#include "fail.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define BUFFER_BYTES 16384

/* Seen by all processes of the proxy and by the test. */
struct proxy_shared {
    struct proxy_rule rule;
    union {
        struct sockaddr any;
        struct sockaddr_un local;
        struct sockaddr_in tcp;
    } server;
    _Atomic int seen; /* how often the client has sent the text */
    _Atomic bool acted;
};

/* One direction of a connection: what was taken from one side and not yet given to the other. */
struct lane {
    int from;
    int to;
    char bytes[BUFFER_BYTES];
    size_t start;
    size_t end;
};

struct link {
    struct proxy_shared *shared;
    struct lane to_server;
    struct lane to_client;
    char tail[PROXY_TEXT_MAX + 1]; /* the last bytes of the client: the text may come in two parts */
    size_t tail_length;
    bool is_chosen; /* the text has come here for the given time */
    size_t more_bytes;
    bool is_waiting; /* for the server's answer, to lose it */
};

/* ---- One connection ---- */

static void
silence(void)
{
    for (;;)
        pause();
}

static void
reset(struct link *link)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    setsockopt(link->to_client.to, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(link->to_client.to);
    close(link->to_server.to);
    _exit(0);
}

static void
act(struct link *link)
{
    atomic_store(&link->shared->acted, true);
    switch (link->shared->rule.action) {
    case PROXY_RESET:
        reset(link);
        return;
    case PROXY_LOSE_ANSWER:
    case PROXY_MUTE_ANSWER:
        link->is_waiting = true;
        return;
    case PROXY_SILENCE:
    case PROXY_SILENCE_ALL:
        silence();
        return;
    case PROXY_PASS:
        return;
    }
}

/* True where the text ends in the bytes that have just come. */
static bool
comes_now(struct link *link, const char *bytes, size_t length)
{
    const char *text = link->shared->rule.text;
    size_t text_length = strlen(text);
    char *joined;
    size_t joined_length = link->tail_length + length;
    bool found;

    joined = malloc(joined_length + 1);
    if (joined == NULL)
        _exit(1);
    memcpy(joined, link->tail, link->tail_length);
    memcpy(joined + link->tail_length, bytes, length);
    found = memmem(joined, joined_length, text, text_length) != NULL;
    /* One byte less than the text: what was found once is not found again. */
    link->tail_length = joined_length < text_length - 1 ? joined_length : text_length - 1;
    memcpy(link->tail, joined + joined_length - link->tail_length, link->tail_length);
    free(joined);
    return found;
}

static void
watch_client(struct link *link, const char *bytes, size_t length)
{
    const struct proxy_rule *rule = &link->shared->rule;

    if (rule->action == PROXY_PASS || link->is_chosen || *rule->text == '\0' ||
        !comes_now(link, bytes, length) || atomic_fetch_add(&link->shared->seen, 1) + 1 != rule->occurrence)
        return;
    link->is_chosen = true;
    link->more_bytes = rule->more_bytes;
    if (link->more_bytes == 0)
        act(link);
}

static void
count_more(struct link *link, size_t length)
{
    if (!link->is_chosen || link->more_bytes == 0)
        return;
    link->more_bytes -= length < link->more_bytes ? length : link->more_bytes;
    if (link->more_bytes == 0)
        act(link);
}

static void
take(struct link *link, struct lane *lane)
{
    ssize_t got = read(lane->from, lane->bytes, sizeof lane->bytes);

    if (got <= 0)
        reset(link);
    lane->start = 0;
    lane->end = (size_t)got;
    if (lane == &link->to_client && link->is_waiting) {
        if (link->shared->rule.action == PROXY_MUTE_ANSWER)
            silence();
        reset(link);
    }
    count_more(link, (size_t)got);
    if (lane == &link->to_server)
        watch_client(link, lane->bytes, (size_t)got);
}

static void
give(struct link *link, struct lane *lane)
{
    const struct proxy_rule *rule = &link->shared->rule;
    size_t length = lane->end - lane->start;
    ssize_t given;

    if (rule->piece_bytes > 0 && length > rule->piece_bytes)
        length = rule->piece_bytes;
    if (rule->delay_ms > 0)
        usleep((useconds_t)rule->delay_ms * 1000);
    given = send(lane->to, lane->bytes + lane->start, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (given < 0 && errno != EAGAIN && errno != EINTR)
        reset(link);
    if (given > 0)
        lane->start += (size_t)given;
}

static void
pass(struct link *link)
{
    struct lane *lanes[] = {&link->to_server, &link->to_client};

    for (;;) {
        struct pollfd fds[2];

        for (int i = 0; i < 2; i++) {
            bool full = lanes[i]->start < lanes[i]->end;

            fds[i] = (struct pollfd){.fd = full ? lanes[i]->to : lanes[i]->from,
                                     .events = full ? POLLOUT : POLLIN};
        }
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            _exit(1);
        for (int i = 0; i < 2; i++) {
            if (fds[i].revents == 0)
                continue;
            if (lanes[i]->start < lanes[i]->end)
                give(link, lanes[i]);
            else
                take(link, lanes[i]);
        }
    }
}

static void
serve(struct proxy_shared *shared, int client)
{
    const int yes = 1;
    struct link link = {.shared = shared};
    bool is_local = shared->server.any.sa_family == AF_UNIX;
    socklen_t length = is_local ? sizeof shared->server.local : sizeof shared->server.tcp;
    int server = socket(shared->server.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (shared->rule.action == PROXY_SILENCE_ALL && atomic_load(&shared->acted))
        silence();
    /* The client's side may be slow to read, the server's slow to write: one that waits must not hold the other. */
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (server < 0 || connect(server, &shared->server.any, length) != 0)
        _exit(1);
    link.to_server.from = link.to_client.to = client;
    link.to_server.to = link.to_client.from = server;
    if (shared->rule.action != PROXY_PASS && *shared->rule.text == '\0' &&
        atomic_fetch_add(&shared->seen, 1) + 1 == shared->rule.occurrence)
        act(&link);
    pass(&link);
}

/* ---- All of them ---- */

static void
accept_all(struct proxy_shared *shared, int listener)
{
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        pid_t self = getpid();

        if (client < 0)
            _exit(1);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (getppid() != self)
                _exit(0);
            close(listener);
            serve(shared, client);
        }
        close(client);
    }
}

static int
listen_on_loopback(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 ||
        listen(listener, 16) != 0 || getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        test_fail("proxy: listening: %s", strerror(errno));
    *port = ntohs(address.sin_port);
    return listener;
}

static void
find_server(struct proxy_shared *shared, const struct cluster *cluster)
{
    struct sockaddr_un *local = &shared->server.local;

    if (cluster->has_tcp) {
        shared->server.tcp = (struct sockaddr_in){.sin_family = AF_INET,
                                                  .sin_port = htons((uint16_t)cluster->port),
                                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        return;
    }
    local->sun_family = AF_UNIX;
    TEST_REQUIRE((size_t)snprintf(local->sun_path, sizeof local->sun_path, "%s/.s.PGSQL.%d", cluster->folder,
                                  cluster->port) < sizeof local->sun_path,
                 "proxy: the path of the server's socket is too long");
}

void
proxy_start(struct proxy *proxy, const struct cluster *cluster, const struct proxy_rule *rule)
{
    int listener = listen_on_loopback(&proxy->port);
    pid_t self = getpid();

    proxy->shared =
        mmap(NULL, sizeof *proxy->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (proxy->shared == MAP_FAILED)
        test_fail("proxy: %s", strerror(errno));
    proxy->shared->rule = *rule;
    find_server(proxy->shared, cluster);
    TEST_REQUIRE(strlen(rule->text) <= PROXY_TEXT_MAX, "proxy: \"%s\" is too long", rule->text);
    fflush(NULL);
    proxy->pid = fork();
    if (proxy->pid < 0)
        test_fail("proxy: fork: %s", strerror(errno));
    if (proxy->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self)
            _exit(0);
        accept_all(proxy->shared, listener);
    }
    close(listener);
}

void
proxy_stop(struct proxy *proxy)
{
    kill(proxy->pid, SIGKILL);
    while (waitpid(proxy->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    munmap(proxy->shared, sizeof *proxy->shared);
}

void
proxy_conninfo(const struct proxy *proxy, const char *database, char out[CLUSTER_CONNINFO_MAX])
{
    snprintf(out, CLUSTER_CONNINFO_MAX, "host=127.0.0.1 port=%d dbname='%s' user=postgres sslmode=disable",
             proxy->port, database);
}

bool
proxy_has_acted(const struct proxy *proxy)
{
    return atomic_load(&proxy->shared->acted);
}
