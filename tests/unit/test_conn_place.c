#include "crfd/pg/conn.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

static const struct {
    const char *says;
    const char *own;
    const char *peer;
    bool stays;
} ends[] = {
    {"a Unix socket", "/run/postgresql", "/run/postgresql", true},
    {"loopback", "127.0.0.1", "127.0.0.1", true},
    {"any address of loopback", "127.0.0.1", "127.0.1.1", true},
    {"loopback of IPv6", "::1", "::1", true},
    {"loopback of IPv4 within IPv6", "::ffff:127.0.0.1", "::ffff:127.0.0.1", true},
    {"the host's own address", "192.0.2.1", "192.0.2.1", true},
    {"the host's own address of IPv6", "2001:db8::1", "2001:db8::1", true},
    {"the next address", "192.0.2.1", "192.0.2.2", false},
    {"the next address of IPv6", "2001:db8::1", "2001:db8::2", false},
    {"another host, as IPv4 within IPv6", "::ffff:192.0.2.1", "::ffff:192.0.2.2", false},
    {"a network that looks like loopback elsewhere", "192.0.2.127", "192.127.0.1", false},
};

static struct sockaddr_storage
address(const char *text)
{
    struct sockaddr_storage storage = {0};
    struct sockaddr_in *ip4 = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *ip6 = (struct sockaddr_in6 *)&storage;

    if (text[0] == '/') {
        storage.ss_family = AF_UNIX;
    } else if (inet_pton(AF_INET, text, &ip4->sin_addr) == 1) {
        ip4->sin_family = AF_INET;
        /* A port is no part of where a host is. */
        ip4->sin_port = (in_port_t)strlen(text);
    } else {
        ck_assert_msg(inet_pton(AF_INET6, text, &ip6->sin6_addr) == 1, "%s is no address", text);
        ip6->sin6_family = AF_INET6;
    }
    return storage;
}

START_TEST(what_goes_to_another_host_is_told_from_what_stays)
{
    struct sockaddr_storage own = address(ends[_i].own), peer = address(ends[_i].peer);

    ck_assert_msg(conn_stays_on_host((const struct sockaddr *)&own, (const struct sockaddr *)&peer) ==
                      ends[_i].stays,
                  "%s", ends[_i].says);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("conn_place");
    TCase *cases = tcase_create("conn_place");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, what_goes_to_another_host_is_told_from_what_stays, 0,
                        (int)(sizeof ends / sizeof ends[0]));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
