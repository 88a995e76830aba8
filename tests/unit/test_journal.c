#include "base/journal.h"
#include "crfd/base/log.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* What the journal was sent: its fields, each followed by a "|". */
static char sent[4096];
static int journal_answer; /* 0: it takes what is sent */

int __wrap_sd_journal_sendv(const struct iovec *parts, int count);

int
__wrap_sd_journal_sendv(const struct iovec *parts, int count)
{
    sent[0] = '\0';
    for (int i = 0; i < count; i++)
        snprintf(sent + strlen(sent), sizeof sent - strlen(sent), "%.*s|", (int)parts[i].iov_len,
                 (const char *)parts[i].iov_base);
    return journal_answer;
}

/* Standard error into a file in memory, which JOURNAL_STREAM names, `off` inodes beside the right one. */
static int
lead_to_journal(int off)
{
    int fd = memfd_create("journal", MFD_CLOEXEC);
    struct stat status;
    char stream[64];

    ck_assert_int_ge(fd, 0);
    ck_assert_int_ge(dup2(fd, STDERR_FILENO), 0);
    ck_assert_int_eq(fstat(fd, &status), 0);
    snprintf(stream, sizeof stream, "%" PRIu64 ":%" PRIu64, (uint64_t)status.st_dev,
             (uint64_t)status.st_ino + (uint64_t)off);
    setenv("JOURNAL_STREAM", stream, 1);
    sent[0] = '\0';
    return fd;
}

static off_t
written(int fd)
{
    return lseek(fd, 0, SEEK_END);
}

static const struct {
    enum log_level level;
    const char *priority;
} levels[] = {
    {LOG_LEVEL_ERROR, "3"}, {LOG_LEVEL_WARNING, "4"}, {LOG_LEVEL_INFO, "6"}, {LOG_LEVEL_DEBUG, "7"}};

START_TEST(an_event_has_its_fields)
{
    char expected[256];
    int fd = lead_to_journal(0);

    log_set_level(LOG_LEVEL_DEBUG);
    log_event(levels[_i].level, "center done", LOG_TEXT("center", "A 1"), LOG_NUMBER("pages_read", 12));
    snprintf(expected, sizeof expected,
             "MESSAGE=\"center done\" center=\"A 1\" pages_read=12|PRIORITY=%s|SYSLOG_IDENTIFIER=crfd|"
             "CRFD_CENTER=A 1|CRFD_PAGES_READ=12|",
             levels[_i].priority);
    ck_assert_str_eq(sent, expected);
    ck_assert_msg(written(fd) == 0, "it is on standard error, too");
}
END_TEST

START_TEST(a_journal_that_does_not_take_it_gets_a_line)
{
    int fd = lead_to_journal(0);

    journal_answer = -ENOBUFS;
    log_event(LOG_LEVEL_INFO, "night begins");
    ck_assert(written(fd) > 0);
}
END_TEST

START_TEST(another_standard_error_gets_a_line)
{
    int fd = lead_to_journal(1);

    log_event(LOG_LEVEL_INFO, "night begins");
    ck_assert_str_eq(sent, "");
    ck_assert(written(fd) > 0);
}
END_TEST

static const char *const wrong[] = {"", "8", "8:", ":", "a:b", "-1:-1"};

START_TEST(a_stream_that_is_none_is_none)
{
    setenv("JOURNAL_STREAM", wrong[_i], 1);
    ck_assert_msg(!journal_takes(STDERR_FILENO), "\"%s\" is taken", wrong[_i]);
}
END_TEST

START_TEST(many_fields_stand_in_the_message)
{
    struct log_field fields[40] = {{0}};

    for (int i = 0; i < COUNT(fields) - 1; i++)
        fields[i] = LOG_NUMBER("n", i);
    lead_to_journal(0);
    log_emit(LOG_LEVEL_INFO, "many", fields);
    ck_assert_ptr_nonnull(strstr(sent, " n=38|"));
    ck_assert_ptr_nonnull(strstr(sent, "CRFD_N=20|"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("journal");
    TCase *cases = tcase_create("journal");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, an_event_has_its_fields, 0, COUNT(levels));
    tcase_add_test(cases, a_journal_that_does_not_take_it_gets_a_line);
    tcase_add_test(cases, another_standard_error_gets_a_line);
    tcase_add_loop_test(cases, a_stream_that_is_none_is_none, 0, COUNT(wrong));
    tcase_add_test(cases, many_fields_stand_in_the_message);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
