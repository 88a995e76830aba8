#include "crfd/base/file.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);

/* What reached the disk when: the order of the calls, each with a blank behind it. */
static char steps[64];
static const char *failing_step = "";

/* False where the step fails. */
static bool
note_step(const char *step)
{
    snprintf(steps + strlen(steps), sizeof steps - strlen(steps), "%s ", step);
    errno = EIO;
    return strcmp(failing_step, step) != 0;
}

int
__wrap_fsync(int fd)
{
    struct stat what;

    ck_assert_int_eq(fstat(fd, &what), 0);
    return note_step(S_ISDIR(what.st_mode) ? "sync-folder"
                     : what.st_size == 3   ? "sync-file"
                                           : "sync-part")
               ? __real_fsync(fd)
               : -1;
}

int
__wrap_rename(const char *from, const char *to)
{
    return note_step("rename") ? __real_rename(from, to) : -1;
}

/* Each test works in a folder of its own. */
static char folder[64];
static struct strbuf text;
static struct err err;

static void
setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/crfd-test-file-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    strbuf_init(&text);
    err_clear(&err);
}

static void
teardown(void)
{
    strbuf_destroy(&text);
    unlink("status.json");
    rmdir("taken");
    ck_assert_msg(rmdir(folder) == 0, "something was left in %s", folder);
}

static void
replace(const char *content)
{
    ck_assert_msg(file_replace("status.json", content, strlen(content), &err), "%s", err.message);
}

static void
assert_content(const char *content)
{
    strbuf_reset(&text);
    ck_assert_msg(file_read("status.json", 1 << 20, &text, &err), "%s", err.message);
    ck_assert_str_eq(text.text, content);
}

static int
entry_count(void)
{
    DIR *dir = opendir(".");
    int count = 0;

    ck_assert_ptr_nonnull(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2; /* . and .. */
}

START_TEST(replace_makes_the_file)
{
    replace("{\"state\": \"idle\"}\n");
    assert_content("{\"state\": \"idle\"}\n");
    ck_assert_int_eq(entry_count(), 1);
}
END_TEST

START_TEST(whoever_reads_may_read_whatever_the_umask)
{
    struct stat file;
    mode_t before = umask(0077);

    ck_assert(file_replace("status.json", "a", 1, &err));
    umask(before);
    ck_assert_int_eq(stat("status.json", &file), 0);
    ck_assert_int_eq(file.st_mode & 0777, 0644);
}
END_TEST

START_TEST(replace_takes_a_path_with_folders)
{
    char path[128];

    snprintf(path, sizeof path, "%s/status.json", folder);
    ck_assert_msg(file_replace(path, "{}", 2, &err), "%s", err.message);
    assert_content("{}");
}
END_TEST

/* A file that is renamed before it is on the disk is empty after a crash. */
START_TEST(the_file_is_on_the_disk_before_it_is_renamed_and_the_folder_after)
{
    replace("new");
    ck_assert_str_eq(steps, "sync-file rename sync-folder ");
}
END_TEST

static const struct {
    const char *step;
    const char *steps;
    const char *content;
} broken_steps[] = {
    {"sync-file", "sync-file rename sync-folder sync-file ", "old"},
    {"rename", "sync-file rename sync-folder sync-file rename ", "old"},
    {"sync-folder", "sync-file rename sync-folder sync-file rename sync-folder ", "new"},
};

START_TEST(a_step_that_fails_is_told_and_is_the_last)
{
    replace("old");
    failing_step = broken_steps[_i].step;
    ck_assert(!file_replace("status.json", "new", 3, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_msg(strstr(err.message, "Input/output error") != NULL, "%s", err.message);
    ck_assert_str_eq(steps, broken_steps[_i].steps);
    assert_content(broken_steps[_i].content);
    ck_assert_int_eq(entry_count(), 1);
}
END_TEST

START_TEST(a_reader_of_the_old_file_keeps_it)
{
    char old[16] = "";
    FILE *reader;

    replace("old");
    reader = fopen("status.json", "r");
    ck_assert_ptr_nonnull(reader);
    replace("new, and longer");
    ck_assert_uint_eq(fread(old, 1, sizeof old - 1, reader), 3);
    ck_assert_str_eq(old, "old");
    fclose(reader);
    assert_content("new, and longer");
}
END_TEST

START_TEST(replace_may_empty_a_file)
{
    replace("old");
    replace("");
    assert_content("");
}
END_TEST

/* A limit on the size of files stands for a full disk: the write fails in the middle. */
START_TEST(a_write_that_fails_leaves_the_old_file_whole)
{
    struct rlimit limit = {.rlim_cur = 2000, .rlim_max = RLIM_INFINITY};
    struct rlimit none = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    static char large[4000];
    bool ok;

    memset(large, 'x', sizeof large);
    replace("old");
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ok = file_replace("status.json", large, sizeof large, &err);
    setrlimit(RLIMIT_FSIZE, &none);
    ck_assert(!ok);
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_msg(strstr(err.message, "File too large") != NULL, "%s", err.message);
    assert_content("old");
    ck_assert_int_eq(entry_count(), 1);
}
END_TEST

START_TEST(replace_fails_where_the_folder_is_not_there)
{
    ck_assert(!file_replace("gone/status.json", "{}", 2, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_msg(strstr(err.message, "gone/status.json") != NULL, "%s", err.message);
    ck_assert_msg(strstr(err.message, "No such file or directory") != NULL, "%s", err.message);
}
END_TEST

START_TEST(replace_does_not_put_a_file_over_a_folder)
{
    ck_assert_int_eq(mkdir("taken", 0700), 0);
    ck_assert(!file_replace("taken", "{}", 2, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_str_eq(err.message, "replacing taken: Is a directory");
    ck_assert_int_eq(entry_count(), 1);
}
END_TEST

START_TEST(read_appends_behind_what_is_there)
{
    replace("second");
    strbuf_append(&text, "first, ");
    ck_assert(file_read("status.json", 6, &text, &err));
    ck_assert_str_eq(text.text, "first, second");
}
END_TEST

START_TEST(read_takes_a_file_of_many_pieces)
{
    static char large[100000];

    memset(large, 'x', sizeof large);
    ck_assert(file_replace("status.json", large, sizeof large, &err));
    ck_assert(file_read("status.json", sizeof large, &text, &err));
    ck_assert_uint_eq(text.length, sizeof large);
    ck_assert_mem_eq(text.text, large, sizeof large);
}
END_TEST

START_TEST(a_file_that_is_too_large_is_refused_and_leaves_no_part)
{
    replace("seven!!");
    strbuf_append(&text, "before");
    ck_assert(!file_read("status.json", 6, &text, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_str_eq(err.message, "reading status.json: it is larger than 6 bytes");
    ck_assert_str_eq(text.text, "before");
    ck_assert_uint_eq(text.length, 6);
}
END_TEST

START_TEST(what_cannot_be_read_says_why)
{
    ck_assert(!file_read("gone", 100, &text, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert_str_eq(err.message, "reading gone: No such file or directory");
    ck_assert(!file_read(".", 100, &text, &err));
    ck_assert_str_eq(err.message, "reading .: Is a directory");
}
END_TEST

START_TEST(what_may_not_be_read_or_written_says_so)
{
    const uid_t user = geteuid();
    bool was_read;
    bool was_replaced;
    struct err write_err;

    replace("secret");
    ck_assert_int_eq(chmod("status.json", 0), 0);
    ck_assert_int_eq(chmod(".", 0555), 0);
    /* Root may do everything; 65534 is nobody. */
    ck_assert(user != 0 || seteuid(65534) == 0);
    was_read = file_read("status.json", 100, &text, &err);
    was_replaced = file_replace("status.json", "{}", 2, &write_err);
    ck_assert(user != 0 || seteuid(0) == 0);
    ck_assert_int_eq(chmod(".", 0700), 0);
    ck_assert(!was_read && !was_replaced);
    ck_assert_int_eq(err.kind, ERR_PERMISSION);
    ck_assert_str_eq(err.message, "reading status.json: Permission denied");
    ck_assert_int_eq(write_err.kind, ERR_PERMISSION);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("file");
    TCase *cases = tcase_create("file");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, replace_makes_the_file);
    tcase_add_test(cases, whoever_reads_may_read_whatever_the_umask);
    tcase_add_test(cases, replace_takes_a_path_with_folders);
    tcase_add_test(cases, the_file_is_on_the_disk_before_it_is_renamed_and_the_folder_after);
    tcase_add_loop_test(cases, a_step_that_fails_is_told_and_is_the_last, 0,
                        (int)(sizeof broken_steps / sizeof *broken_steps));
    tcase_add_test(cases, a_reader_of_the_old_file_keeps_it);
    tcase_add_test(cases, replace_may_empty_a_file);
    tcase_add_test(cases, a_write_that_fails_leaves_the_old_file_whole);
    tcase_add_test(cases, replace_fails_where_the_folder_is_not_there);
    tcase_add_test(cases, replace_does_not_put_a_file_over_a_folder);
    tcase_add_test(cases, read_appends_behind_what_is_there);
    tcase_add_test(cases, read_takes_a_file_of_many_pieces);
    tcase_add_test(cases, a_file_that_is_too_large_is_refused_and_leaves_no_part);
    tcase_add_test(cases, what_cannot_be_read_says_why);
    tcase_add_test(cases, what_may_not_be_read_or_written_says_so);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
