/*
 * A server that sends TLS records of 16 KB, as PostgreSQL does since version 17 and as poolers do: libpq has no room for
 * all of one, and what is left waits inside OpenSSL, where poll() does not see it.
 *
 * The server is a script of the test's own on the loopback interface: it lets everybody in, and answers every statement.
 */
#include "conn_fixture.h"

#include "authority.h"
#include "pg/conn_private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* Long enough for answers that are all there. */
#define DEADLINE_MS 10000

#define RECORD_MAX 16384
#define FIRST_PART 100
#define ROW_BYTES  500

struct server {
    struct authority authority;
    char certificate[160];
    char key[160];
    int listener;
    int port;
    pthread_t thread;
};

static char folder[] = "/tmp/crfd-test-XXXXXX";

/* ---- Messages (PostgreSQL, "Message Formats") ---- */

struct message {
    unsigned char bytes[2 * RECORD_MAX];
    size_t length;
};

static void
put(struct message *message, const void *bytes, size_t length)
{
    TEST_REQUIRE(message->length + length <= sizeof message->bytes, "the message is too long");
    memcpy(message->bytes + message->length, bytes, length);
    message->length += length;
}

static void
put_int(struct message *message, uint32_t number, size_t bytes)
{
    number = htonl(number);
    put(message, (char *)&number + 4 - bytes, bytes);
}

static void
put_message(struct message *message, char type, const void *body, size_t length)
{
    put(message, &type, 1);
    put_int(message, (uint32_t)length + 4, 4);
    put(message, body, length);
}

static void
put_row(struct message *out, size_t value_bytes)
{
    struct message row = {.length = 0};
    char value[2 * ROW_BYTES];

    memset(value, 'x', sizeof value);
    put_int(&row, 1, 2);
    put_int(&row, (uint32_t)value_bytes, 4);
    put(&row, value, value_bytes);
    put_message(out, 'D', row.bytes, row.length);
}

/*
 * Rows of one text column and the end of the statement, so many bytes in all. Each row is small: for a large one libpq
 * would make more room.
 */
static void
put_answer(struct message *out, size_t bytes)
{
    struct message column = {.length = 0};
    size_t row_overhead = 5 + 2 + 4;
    size_t end_bytes = 5 + sizeof "SELECT 1" + 5 + 1;

    put_int(&column, 1, 2);
    put(&column, "value\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0", 24);
    put_message(out, '1', "", 0);
    put_message(out, '2', "", 0);
    put_message(out, 'T', column.bytes, column.length);
    while (bytes - out->length > end_bytes + row_overhead + 2 * ROW_BYTES)
        put_row(out, ROW_BYTES);
    put_row(out, bytes - out->length - end_bytes - row_overhead);
    put_message(out, 'C', "SELECT 1", sizeof "SELECT 1");
    put_message(out, 'Z', "I", 1);
    TEST_REQUIRE(out->length == bytes, "the answer has %zu bytes", out->length);
}

/* ---- The server ---- */

static void
send_all(SSL *ssl, const void *bytes, size_t length)
{
    TEST_REQUIRE(SSL_write(ssl, bytes, (int)length) == (int)length, "the scripted server cannot send");
}

/* Reads up to a message of that type; false at the end of the connection. */
static bool
read_until(SSL *ssl, char type)
{
    char found = 0;

    while (found != type) {
        unsigned char head[5];
        char skipped[8192];
        uint32_t length;

        if (SSL_read(ssl, head, sizeof head) != (int)sizeof head)
            return false;
        found = (char)head[0];
        memcpy(&length, head + 1, sizeof length);
        length = ntohl(length) - 4;
        TEST_REQUIRE(length <= sizeof skipped, "the client sends a long message");
        if (length > 0 && SSL_read(ssl, skipped, (int)length) != (int)length)
            return false;
    }
    return true;
}

/* The whole answer is two records, which arrive together; the second is as long as a record can be. */
static void
answer_in_two_records(SSL *ssl, int client)
{
    const int on = 1, off = 0;
    struct message answer = {.length = 0};

    put_answer(&answer, FIRST_PART + RECORD_MAX);
    setsockopt(client, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    send_all(ssl, answer.bytes, FIRST_PART);
    send_all(ssl, answer.bytes + FIRST_PART, RECORD_MAX);
    setsockopt(client, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
}

static void
let_in(SSL *ssl)
{
    struct message welcome = {.length = 0};
    unsigned char startup[1024];

    TEST_REQUIRE(SSL_accept(ssl) == 1 && SSL_read(ssl, startup, sizeof startup) > 8,
                 "no TLS with the client");
    put_message(&welcome, 'R', "\0\0\0", 4);
    put_message(&welcome, 'Z', "I", 1);
    send_all(ssl, welcome.bytes, welcome.length);
}

static void *
serve(void *data)
{
    const struct server *server = data;
    int client = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL *ssl;
    char request[8];

    TEST_REQUIRE(SSL_CTX_use_certificate_chain_file(context, server->certificate) == 1 &&
                     SSL_CTX_use_PrivateKey_file(context, server->key, SSL_FILETYPE_PEM) == 1 &&
                     SSL_CTX_set_num_tickets(context, 0) == 1,
                 "the scripted server has no certificate");
    TEST_REQUIRE(read(client, request, sizeof request) == (ssize_t)sizeof request &&
                     write(client, "S", 1) == 1,
                 "the client does not ask for TLS");
    ssl = SSL_new(context);
    SSL_set_fd(ssl, client);
    let_in(ssl);
    while (read_until(ssl, 'S'))
        answer_in_two_records(ssl, client);
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(client);
    return NULL;
}

static void
server_start(struct server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    char path[160];

    TEST_REQUIRE(mkdtemp(folder) != NULL, "%s", folder);
    snprintf(path, sizeof path, "%s/authority.crt", folder);
    snprintf(server->certificate, sizeof server->certificate, "%s/server.crt", folder);
    snprintf(server->key, sizeof server->key, "%s/server.key", folder);
    authority_create(&server->authority, "the authority", path);
    authority_issue(&server->authority, "db.example", 24, server->certificate, server->key);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    TEST_REQUIRE(bind(server->listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
                     listen(server->listener, 1) == 0 &&
                     getsockname(server->listener, (struct sockaddr *)&address, &length) == 0,
                 "the scripted server cannot listen");
    server->port = ntohs(address.sin_port);
    TEST_REQUIRE(pthread_create(&server->thread, NULL, serve, server) == 0, "no thread");
}

static void
server_stop(struct server *server)
{
    char path[160];

    pthread_join(server->thread, NULL);
    close(server->listener);
    authority_destroy(&server->authority);
    unlink(server->certificate);
    unlink(server->key);
    snprintf(path, sizeof path, "%s/authority.crt", folder);
    unlink(path);
    rmdir(folder);
}

/* ---- The client ---- */

static bool peer_is_far;
static int pending_bytes;
static int polls;

int __real_getpeername(int fd, struct sockaddr *address, socklen_t *length);
int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *length);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_SSL_pending(const SSL *ssl);
int __wrap_SSL_pending(const SSL *ssl);

int
__wrap_getpeername(int fd, struct sockaddr *address, socklen_t *length)
{
    int result = __real_getpeername(fd, address, length);

    if (result == 0 && peer_is_far)
        inet_pton(AF_INET, "192.0.2.1", &((struct sockaddr_in *)(void *)address)->sin_addr);
    return result;
}

int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    polls++;
    return __real_poll(fds, count, timeout_ms);
}

int
__wrap_SSL_pending(const SSL *ssl)
{
    return pending_bytes > 0 ? pending_bytes : __real_SSL_pending(ssl);
}

static struct conn *
connect_to(const struct server *server, const char *sslmode, struct context *run)
{
    struct conn_options options;
    struct err err = {0};
    struct conn *conn;
    char conninfo[512];

    snprintf(conninfo, sizeof conninfo,
             "host=db.example hostaddr=127.0.0.1 port=%d dbname=d user=u sslmode=%s "
             "sslrootcert=%s/authority.crt gssencmode=disable",
             server->port, sslmode, folder);
    options = options_to(conninfo);
    options.statement_deadline_ms = DEADLINE_MS;
    begin_context(run, "run", 0);
    conn = conn_open(&options, run, &err);
    ck_assert_msg(conn != NULL, "%s", err.message);
    return conn;
}

/* Whatever a version of libpq takes in by itself: where OpenSSL holds something, nothing is waited for. */
START_TEST(what_is_decrypted_already_is_not_waited_for)
{
    struct server server = {.port = 0};
    struct context run;
    struct err err = {0};
    struct conn *conn;
    int before;

    server_start(&server);
    conn = connect_to(&server, "verify-full", &run);
    pending_bytes = 1;
    before = polls;
    ck_assert_msg(conn_wait_input(conn, "a test", &err), "%s", err.message);
    ck_assert_int_eq(polls, before);
    conn_close(conn);
    context_destroy(&run);
    server_stop(&server);
}
END_TEST

static const struct {
    const char *sslmode;
    bool is_far;
    enum conn_privacy privacy;
} privacy_cases[] = {
    {"verify-full", true, CONN_VERIFIED},
    {"verify-ca", true, CONN_ENCRYPTED},
    {"require", true, CONN_ENCRYPTED},
    {"require", false, CONN_STAYS_ON_HOST},
};

START_TEST(who_could_read_along_is_what_was_verified)
{
    struct server server = {.port = 0};
    struct context run;
    struct conn *conn;

    server_start(&server);
    conn = connect_to(&server, privacy_cases[_i].sslmode, &run);
    peer_is_far = privacy_cases[_i].is_far;
    ck_assert_msg(conn_privacy(conn) == privacy_cases[_i].privacy, "%s: %d", privacy_cases[_i].sslmode,
                  (int)conn_privacy(conn));
    conn_close(conn);
    context_destroy(&run);
    server_stop(&server);
}
END_TEST

START_TEST(the_rest_of_a_large_record_is_not_waited_for)
{
    struct server server = {.port = 0};
    struct context run;
    struct err err = {0};
    struct conn *conn;
    PGresult *result;

    server_start(&server);
    conn = connect_to(&server, "verify-full", &run);
    result = conn_query(conn, "a test", "SELECT", NULL, 0, &err);
    ck_assert_msg(result != NULL, "%s", err.message);
    ck_assert_int_gt(PQntuples(result), RECORD_MAX / (2 * ROW_BYTES));
    PQclear(result);
    conn_close(conn);
    context_destroy(&run);
    server_stop(&server);
}
END_TEST

int
main(void)
{
    TCase *cases = tcase_create("conn_tls");
    Suite *suite = suite_create("conn_tls");
    SRunner *runner;
    int failed;

    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, the_rest_of_a_large_record_is_not_waited_for);
    tcase_add_test(cases, what_is_decrypted_already_is_not_waited_for);
    tcase_add_loop_test(cases, who_could_read_along_is_what_was_verified, 0, LENGTH(privacy_cases));
    suite_add_tcase(suite, cases);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
