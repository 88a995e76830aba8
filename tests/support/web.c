#include "web.h"

#include "fail.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PIECE 4096

static const char *
program(void)
{
    const char *path = getenv("CRFD_SERVE_PROGRAM");

    TEST_REQUIRE(path != NULL, "CRFD_SERVE_PROGRAM does not name the program under test");
    return path;
}

static void
run_roles(const struct instance *instance, const struct cluster *cluster)
{
    char *path = cluster_project_path("sql/roles.sql");
    struct process_result result;

    process_run((const char *const[]){cluster->psql, "-X", "-q", "-d", instance->analysis_conninfo, "-v",
                                      "analysis=1", "-f", path, NULL},
                NULL, WEB_PATIENCE_MS, &result);
    TEST_REQUIRE(result.exit_status == 0, "sql/roles.sql: %s", result.err);
    process_result_clear(&result);
    free(path);
}

void
web_prepare(struct instance *instance, const struct cluster *cluster, const char *settings)
{
    static char serve[3 * CLUSTER_CONNINFO_MAX];
    char database[64], reader[CLUSTER_CONNINFO_MAX], reviewer[CLUSTER_CONNINFO_MAX];
    PGconn *analysis = instance_connect_analysis(instance);

    run_roles(instance, cluster);
    cluster_exec(
        analysis,
        "CREATE ROLE pages LOGIN IN ROLE crfd_web; CREATE ROLE vouching LOGIN IN ROLE crfd_web_review");
    snprintf(database, sizeof database, "%s", PQdb(analysis));
    PQfinish(analysis);
    cluster_conninfo_as(cluster, database, "pages", reader);
    cluster_conninfo_as(cluster, database, "vouching", reviewer);
    snprintf(serve, sizeof serve, "{\"conninfo\": \"%s\", \"review\": true, \"review_conninfo\": \"%s\"%s}",
             reader, reviewer, settings);
    instance->serve = serve;
    instance_write_config(instance);
}

void
web_start(struct web *web, const struct instance *instance)
{
    static const char *const kept[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "CRFD_WEB_FOLDER"};
    char config[256];
    const char *argv[24] = {"systemd-socket-activate", "-l", web->socket};
    size_t count = 3;

    snprintf(config, sizeof config, "%s/crfd.json", instance->folder);
    snprintf(web->socket, sizeof web->socket, "%s/web.sock", instance->folder);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (getenv(kept[i]) != NULL) {
            argv[count++] = "-E";
            argv[count++] = kept[i];
        }
    argv[count++] = program();
    argv[count++] = "serve";
    argv[count++] = "--config";
    argv[count++] = config;
    process_start(&web->process, argv, NULL);
    TEST_REQUIRE(process_wait_for(&web->process, "Listening on", WEB_PATIENCE_MS), "systemd-socket-activate");
    /* It starts the program when somebody comes. */
    free(web_get(web, "/healthz", ""));
}

void
web_start_listening(struct web *web, const struct instance *instance)
{
    char config[256], piece[4096] = "";
    const char *const argv[] = {program(), "serve", "--listen", "127.0.0.1:0", "--config", config, NULL};
    const char *address;

    snprintf(config, sizeof config, "%s/crfd.json", instance->folder);
    web->socket[0] = '\0';
    process_start(&web->process, argv, NULL);
    TEST_REQUIRE(process_wait_for(&web->process, "http://127.0.0.1:", WEB_PATIENCE_MS), "it does not listen");
    TEST_REQUIRE(pread(web->process.err_fd, piece, sizeof piece - 1, 0) > 0, "what it says is lost");
    address = strstr(piece, "http://127.0.0.1:");
    TEST_REQUIRE(address != NULL, "no address: %s", piece);
    web->port = (int)strtol(address + strlen("http://127.0.0.1:"), NULL, 10);
}

char *
web_stop(struct web *web)
{
    struct process_result result;
    char *said;

    process_signal(&web->process, SIGTERM);
    process_wait(&web->process, WEB_PATIENCE_MS, &result);
    TEST_REQUIRE(result.exit_status == 0 && !result.timed_out, "crfd serve: exit status %d, signal %d\n%s",
                 result.exit_status, result.signal, result.err);
    said = strdup(result.err);
    process_result_clear(&result);
    TEST_REQUIRE(said != NULL, "no memory");
    return said;
}

int
web_connect(const struct web *web)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_port = htons((uint16_t)web->port)};
    bool is_local = web->socket[0] != '\0';
    int fd = socket(is_local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed;

    TEST_REQUIRE(fd >= 0, "socket: %s", strerror(errno));
    TEST_REQUIRE(strlen(web->socket) < sizeof local.sun_path, "%s: too long for a socket", web->socket);
    memcpy(local.sun_path, web->socket, strlen(web->socket) + 1);
    loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    failed = is_local ? connect(fd, (struct sockaddr *)&local, sizeof local)
                      : connect(fd, (struct sockaddr *)&loopback, sizeof loopback);
    TEST_REQUIRE(failed == 0, "connecting to crfd serve: %s", strerror(errno));
    return fd;
}

/* The other side may have closed after what it did not like: that is for the reader to see. */
void
web_send(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        bytes += sent;
        length -= (size_t)sent;
    }
}

static char *
append(char *all, const char *piece, size_t length)
{
    size_t before = all != NULL ? strlen(all) : 0;
    char *more = realloc(all, before + length + 1);

    TEST_REQUIRE(more != NULL, "no memory");
    memcpy(more + before, piece, length);
    more[before + length] = '\0';
    return more;
}

/* False at the end. */
static bool
read_piece(int fd, char **all)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    char piece[PIECE];
    ssize_t got;

    TEST_REQUIRE(poll(&ready, 1, WEB_PATIENCE_MS) == 1, "crfd serve does not answer; so far: %s",
                 *all != NULL ? *all : "nothing");
    got = recv(fd, piece, sizeof piece, 0);
    *all = append(*all, piece, got > 0 ? (size_t)got : 0);
    return got > 0;
}

char *
web_read_all(int fd)
{
    char *all = NULL;

    while (read_piece(fd, &all))
        continue;
    return all;
}

bool
web_read_until(int fd, char **all, const char *text)
{
    while (*all == NULL || strstr(*all, text) == NULL)
        if (!read_piece(fd, all))
            return false;
    return true;
}

char *
web_ask(const struct web *web, const char *bytes, size_t length)
{
    int fd = web_connect(web);
    char *answer;

    web_send(fd, bytes, length);
    answer = web_read_all(fd);
    close(fd);
    return answer;
}

char *
web_get(const struct web *web, const char *target, const char *headers)
{
    char *request, *answer;
    int length = asprintf(&request,
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Remote-User: zhao\r\nConnection: "
                          "close\r\n%s\r\n",
                          target, web->port, headers);

    TEST_REQUIRE(length > 0, "no memory");
    answer = web_ask(web, request, (size_t)length);
    free(request);
    return answer;
}
