#include "cli/render.h"

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

static struct strbuf out;

static void
begin(void)
{
    strbuf_init(&out);
}

static void
end(void)
{
    strbuf_destroy(&out);
}

static const struct {
    int64_t count;
    const char *text;
} counts[] = {
    {0, "0"},
    {7, "7"},
    {999, "999"},
    {1000, "1,000"},
    {36640, "36,640"},
    {999999, "999,999"},
    {1000000, "1,000,000"},
    {-1, "-1"},
    {-100, "-100"},
    {-1000, "-1,000"},
    {-123456, "-123,456"},
    {INT64_MAX, "9,223,372,036,854,775,807"},
    {INT64_MIN, "-9,223,372,036,854,775,808"},
};

START_TEST(thousands_are_parted)
{
    render_count(&out, counts[_i].count);
    ck_assert_str_eq(out.text, counts[_i].text);
}
END_TEST

static const struct {
    double seconds;
    const char *text;
} durations[] = {
    {0, "0.0 s"},         {3.24, "3.2 s"},      {59.9, "59.9 s"},        {59.97, "1 min 00 s"},
    {60, "1 min 00 s"},   {245, "4 min 05 s"},  {3599.4, "59 min 59 s"}, {3599.6, "1 h 00 min"},
    {3600, "1 h 00 min"}, {7380, "2 h 03 min"}, {86399, "23 h 59 min"},  {360000, "100 h 00 min"},
};

START_TEST(durations_are_told_in_two_parts)
{
    render_duration(&out, durations[_i].seconds);
    ck_assert_str_eq(out.text, durations[_i].text);
}
END_TEST

static const struct {
    const char *says;
    const char *text;
    int columns;
    const char *cut;
    int width; /* of the whole text */
} cuts[] = {
    {"a text that fits", "Shanghai", 8, "Shanghai", 8},
    {"a text that is too long", "Shanghai", 7, "Shangh…", 8},
    {"a text in one column", "Shanghai", 1, "…", 8},
    {"a text in none", "Shanghai", 0, "", 8},
    {"no text", "", 5, "", 0},
    {"Chinese that fits", "上海", 4, "上海", 4},
    {"Chinese that is too long by half a character", "上海", 3, "上…", 4},
    {"Chinese in room for one and a half", "上海市", 4, "上…", 6},
    {"Chinese among Latin", "a上b海c", 6, "a上b…", 7},
    {"no half of a wide character", "a上b海c", 3, "a…", 7},
    {"combining marks take no column", "e\xCC\x81t\xC3\xA9", 3, "e\xCC\x81t\xC3\xA9", 3},
    {"an escape sequence", "a\x1B[31mb", 80, "a?[31mb", 7},
    {"an escape sequence of C1",
     "a\xC2\x9B"
     "31mb",
     80, "a?31mb", 6},
    {"a newline", "a\nb", 80, "a?b", 3},
    {"delete",
     "a\x7F"
     "b",
     80, "a?b", 3},
    {"what turns the direction",
     "a\xE2\x80\xAE"
     "b",
     80, "a?b", 3},
    {"a line separator",
     "a\xE2\x80\xA8"
     "b",
     80, "a?b", 3},
    {"what is not UTF-8", "a\xFF\xC3", 80, "a??", 3},
    {"controls count as columns", "\x1B\x1B\x1B\x1B", 3, "??…", 4},
};

START_TEST(texts_are_cut_by_columns)
{
    render_cut(&out, cuts[_i].text, cuts[_i].columns);
    ck_assert_msg(strcmp(out.text, cuts[_i].cut) == 0, "%s: %s", cuts[_i].says, out.text);
    ck_assert_msg(render_width(cuts[_i].text) == cuts[_i].width, "%s: %d columns", cuts[_i].says,
                  render_width(cuts[_i].text));
    ck_assert_int_le(render_width(out.text), cuts[_i].columns);
}
END_TEST

START_TEST(a_whole_text_is_never_cut)
{
    struct strbuf text;

    strbuf_init(&text);
    for (int i = 0; i < 500; i++)
        strbuf_append(&text, "上\n");
    render_text(&out, text.text);
    ck_assert_int_eq(render_width(out.text), 1500);
    ck_assert_ptr_null(strchr(out.text, '\n'));
    strbuf_destroy(&text);
}
END_TEST

static const struct {
    const char *says;
    const char *text;
    int columns;
    const char *folded;
} folds[] = {
    {"what fits stays", "ab cd\n", 5, "ab cd\n"},
    {"a line is parted at a blank", "ab cd ef\n", 6, "ab cd\n  ef\n"},
    {"a blank at the edge is no part of a line", "abcd ef\n", 4, "abcd\n  ef\n"},
    {"the rest stands under its text", "  pages     12 read, 13 written\n", 26,
     "  pages     12 read, 13\n            written\n"},
    {"not where that leaves half of the columns", "  pages     12 read\n", 14, "  pages     12\n  read\n"},
    {"a word without room is broken", "abcdefgh\n", 4, "abcd\n  ef\n  gh\n"},
    {"a wide character is not", "a中心中心\n", 4, "a中\n  心\n  中\n  心\n"},
    {"two lines", "ab cd\nef\n", 3, "ab\n  c\n  d\nef\n"},
    {"no end of line", "ab cd", 4, "ab\n  cd"},
    {"without a terminal no line is folded", "ab cd ef\n", 0, "ab cd ef\n"},
    {"one column", "中 ab", 1, "中\n  a\n  b"},
};

START_TEST(long_lines_are_folded)
{
    render_fold(&out, folds[_i].text, folds[_i].columns);
    ck_assert_msg(strcmp(out.text, folds[_i].folded) == 0, "%s:\n%s|", folds[_i].says, out.text);
}
END_TEST

static const struct {
    const char *message;
    const char *sqlstate;
    const char *shown;
} errors[] = {
    {"locked", "55P03", "locked (SQLSTATE 55P03)"},
    {"locked (SQLSTATE 55P03); wait", "55P03", "locked (SQLSTATE 55P03); wait"},
    {"locked", "", "locked"},
    {"locked", NULL, "locked"},
    {"\033[2J", "\033[1J", "?[2J (SQLSTATE ?[1J)"},
};

START_TEST(an_sqlstate_is_told_once)
{
    render_error(&out, errors[_i].message, errors[_i].sqlstate);
    ck_assert_str_eq(out.text, errors[_i].shown);
}
END_TEST

static const struct {
    const char *says;
    int columns;
    struct progress_snapshot at;
    const char *line;
} bars[] = {
    {"a run that has just begun",
     80,
     {.centers_total = 17, .pages_expected = 36640, .seconds_remaining = -1},
     "[░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░]   0 %  0/17 centers  0 pages"},
    {"a run at its half",
     80,
     {.centers_total = 17,
      .centers_done = 8,
      .pages_expected = 36640,
      .pages_read = 18320,
      .seconds_remaining = 65},
     "[█████████████░░░░░░░░░░░░░]  50 %  8/17 centers  18,320 pages  1 min 05 s left"},
    {"a run with failed centers",
     80,
     {.centers_total = 17,
      .centers_done = 8,
      .centers_failed = 2,
      .pages_expected = 36640,
      .pages_read = 30000,
      .seconds_remaining = 0.4},
     "[█████████████████████████░░░░░░]  81 %  10/17 centers (2 failed)  30,000 pages"},
    {"a run with held centers",
     80,
     {.centers_total = 17,
      .centers_done = 8,
      .centers_held = 2,
      .pages_expected = 36640,
      .pages_read = 30000},
     "[███████████████████████████░░░░░░]  81 %  10/17 centers (2 held)  30,000 pages"},
    {"a run that read more than expected",
     80,
     {.centers_total = 1, .centers_done = 1, .pages_expected = 10, .pages_read = 12, .seconds_remaining = -1},
     "[████████████████████████████████████████] 100 %  1/1 centers  12 pages"},
    {"a wide terminal has no wider bar",
     200,
     {.centers_total = 2, .centers_done = 1, .pages_expected = 10, .pages_read = 5, .seconds_remaining = -1},
     "[████████████████████░░░░░░░░░░░░░░░░░░░░]  50 %  1/2 centers  5 pages"},
    {"forty columns have a short bar",
     40,
     {.centers_total = 2, .centers_done = 1, .pages_expected = 10, .pages_read = 5, .seconds_remaining = -1},
     "[█████░░░░]  50 %  1/2 centers  5 pages"},
    {"forty columns have none where the numbers are long",
     40,
     {.centers_total = 17,
      .centers_done = 8,
      .pages_expected = 36640,
      .pages_read = 18320,
      .seconds_remaining = 65},
     "  50 %  8/17 centers  18,320 pages  1 …"},
    {"twenty columns have only the first numbers",
     20,
     {.centers_total = 17,
      .centers_done = 8,
      .pages_expected = 36640,
      .pages_read = 18320,
      .seconds_remaining = 65},
     "  50 %  8/17 cente…"},
    {"one column has nothing", 1, {.centers_total = 17, .pages_expected = 10}, ""},
};

START_TEST(a_progress_bar_fits_its_line)
{
    render_progress(&out, &bars[_i].at, bars[_i].columns);
    ck_assert_msg(strcmp(out.text, bars[_i].line) == 0, "%s:\n%s", bars[_i].says, out.text);
    ck_assert_msg(render_width(out.text) < bars[_i].columns, "%s: %d columns", bars[_i].says,
                  render_width(out.text));
}
END_TEST

static const struct progress_snapshot night = {
    .centers_total = 17,
    .centers_done = 16,
    .centers_failed = 1,
    .counts = {.subjects = 300,
               .evaluated = 12,
               .pages_read = 36640,
               .pages_written = 1234,
               .pages_unchanged = 35400,
               .pages_quarantined = 6,
               .findings_opened = 3,
               .findings_closed = 2,
               .findings_reopened = 1},
};

START_TEST(a_summary_tells_what_a_run_did)
{
    render_summary(&out, &night, "");
    ck_assert_str_eq(out.text, "  centers   16 done, 1 failed\n"
                               "  subjects  300 read, 12 evaluated\n"
                               "  pages     36,640 read, 1,234 written, 35,400 unchanged, 6 in quarantine\n"
                               "  findings  3 opened, 2 closed, 1 reopened\n");
}
END_TEST

START_TEST(a_summary_tells_what_is_gone_and_what_is_held)
{
    struct progress_snapshot torn = night;

    torn.centers_held = 2;
    torn.counts.pages_removed = 1500;
    render_summary(&out, &torn, "");
    ck_assert_ptr_nonnull(strstr(out.text, "  centers   16 done, 1 failed, 2 held\n"));
    ck_assert_ptr_nonnull(strstr(out.text, "6 in quarantine, 1,500 removed\n"));
}
END_TEST

START_TEST(a_summary_of_a_dry_run_tells_what_it_would_have_done)
{
    render_summary(&out, &night, "would have been ");
    ck_assert_ptr_nonnull(strstr(out.text, "1,234 would have been written"));
    ck_assert_ptr_nonnull(strstr(out.text, "3 would have been opened"));
}
END_TEST

/* "\u001b" and "\n" stand in the file as JSON escapes. */
#define HOSTILE "\\u001b[2J\\u009b2J\\n\\u202e\\u007f"

/* What is shown of it. */
#define HARMLESS "?[2J?2J???"

#define COUNTS(done, failed)                                                                                 \
    "\"centers\":{\"total\":17,\"pending\":7,\"running\":1,\"done\":" done ",\"failed\":" failed             \
    ",\"elsewhere\":0},"                                                                                     \
    "\"pages\":{\"expected\":36640,\"read\":18320,\"unchanged\":18000,\"written\":314,\"quarantined\":6},"   \
    "\"findings\":{\"opened\":3,\"closed\":2,\"reopened\":1}"

static const struct {
    const char *says;
    const char *document;
    const char *shown;
} statuses[] = {
    {"before the first run",
     "{\"instance\":\"demo\",\"host\":\"db1\",\"state\":\"idle\",\"updated_at\":\"2024-03-11T02:00:00+08:"
     "00\","
     "\"run\":null,\"last_run\":null}",
     "crfd demo on db1: idle (as of 2024-03-11T02:00:00+08:00)\n"
     "no run yet\n"},
    {"while the daemon waits",
     "{\"instance\":\"demo\",\"host\":\"db1\",\"state\":\"idle\",\"updated_at\":\"now\",\"run\":null,"
     "\"last_run\":null,\"next_run_at\":\"2024-03-12T02:00:00+08:00\"}",
     "crfd demo on db1: idle (as of now)\n"
     "next: night at 2024-03-12T02:00:00+08:00\n"
     "no run yet\n"},
    {"while a run is under way",
     "{\"instance\":\"demo\",\"host\":\"db1\",\"state\":\"running\",\"updated_at\":\"now\",\"last_run\":null,"
     "\"run\":{\"run_id\":7,\"night\":\"2024-03-11\",\"kind\":\"nightly\",\"started_at\":\"then\","
     "\"phase\":\"closing\",\"seconds_remaining\":65," COUNTS(
         "8", "1") ",\"pages_per_second\":100,"
                   "\"active\":[{\"center\":\"701\",\"phase\":\"writing\",\"pages\":1234,\"seconds\":61}],"
                   "\"failures\":[{\"center\":\"702\",\"attempts\":3,\"sqlstate\":\"55P03\",\"error\":"
                   "\"center 702: locked\"}]}}",
     "crfd demo on db1: running (as of now)\n"
     "now: run 7 (nightly) of night 2024-03-11, started then\n"
     "  [███████░░░░░░]  50 %  9/17 centers (1 failed)  18,320 pages  1 min 05 s left\n"
     "  centers   8 done, 1 failed, 1 running, 7 pending, 0 elsewhere\n"
     "  pages     18,320 read, 314 written, 18,000 unchanged, 6 in quarantine\n"
     "  findings  3 opened, 2 closed, 1 reopened\n"
     "  at the closing step, over all centers\n"
     "  at 701: writing, 1,234 pages, 1 min 01 s\n"
     "  failed after 3 attempts: center 702: locked (SQLSTATE 55P03)\n"},
    {"after a run that failed",
     "{\"instance\":\"demo\",\"host\":\"db1\",\"state\":\"idle\",\"updated_at\":\"now\",\"run\":null,"
     "\"last_run\":{\"run_id\":7,\"night\":\"2024-03-11\",\"kind\":\"rerun\",\"started_at\":\"then\","
     "\"seconds_elapsed\":245," COUNTS(
         "9",
         "1") ",\"active\":[],"
              "\"failures\":[{\"center\":\"702\",\"attempts\":1,\"sqlstate\":\"\",\"error\":\"center "
              "702: x\"}],"
              "\"quality\":[{\"center\":\"701\",\"open_critical\":1,\"open_major\":1200,\"open_minor\":5},"
              "{\"center\":\"702\",\"open_critical\":2,\"open_major\":34,\"open_minor\":0}],"
              "\"finished_at\":\"later\",\"error\":\"run 7: 1 of 17 centers failed\",\"exit_code\":3}}",
     "crfd demo on db1: idle (as of now)\n"
     "last: run 7 (rerun) of night 2024-03-11, started then\n"
     "  ended     later, exit status 3, after 4 min 05 s\n"
     "  centers   9 done, 1 failed, 1 running, 7 pending, 0 elsewhere\n"
     "  pages     18,320 read, 314 written, 18,000 unchanged, 6 in quarantine\n"
     "  findings  3 opened, 2 closed, 1 reopened\n"
     "  open      3 critical, 1,234 major, 5 minor findings\n"
     "  failed after 1 attempt: center 702: x\n"
     "  error     run 7: 1 of 17 centers failed\n"
     "  next step `crfd run` takes up just the centers that failed\n"},
    {"a document without anything", "{}", "crfd  on :  (as of )\nno run yet\n"},
    {"a document of hostile texts",
     "{\"instance\":\"" HOSTILE "\",\"host\":\"" HOSTILE "\",\"state\":\"" HOSTILE
     "\",\"updated_at\":\"" HOSTILE "\",\"next_run_at\":\"" HOSTILE "\",\"run\":{\"night\":\"" HOSTILE
     "\",\"kind\":\"" HOSTILE "\",\"started_at\":\"" HOSTILE "\",\"active\":[{\"center\":\"" HOSTILE
     "\",\"phase\":\"" HOSTILE "\"}],\"failures\":[{\"sqlstate\":\"" HOSTILE "\",\"error\":\"" HOSTILE
     "\"}]},\"last_run\":{\"night\":\"" HOSTILE "\",\"kind\":\"" HOSTILE "\",\"started_at\":\"" HOSTILE
     "\",\"finished_at\":\"" HOSTILE "\",\"error\":\"" HOSTILE "\"}}",
     "crfd " HARMLESS " on " HARMLESS ": " HARMLESS " (as of " HARMLESS ")\n"
     "next: night at " HARMLESS "\n"
     "now: run 0 (" HARMLESS ") of night " HARMLESS ", started " HARMLESS "\n"
     "  [░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░]   0 %  0/0 centers  0 pages\n"
     "  centers   0 done, 0 failed, 0 running, 0 pending, 0 elsewhere\n"
     "  pages     0 read, 0 written, 0 unchanged, 0 in quarantine\n"
     "  findings  0 opened, 0 closed, 0 reopened\n"
     "  at " HARMLESS ": " HARMLESS ", 0 pages, 0.0 s\n"
     "  failed after 0 attempts: " HARMLESS "\n"
     "last: run 0 (" HARMLESS ") of night " HARMLESS ", started " HARMLESS "\n"
     "  ended     " HARMLESS ", exit status 0, after 0.0 s\n"
     "  centers   0 done, 0 failed\n"
     "  pages     0 read, 0 written, 0 unchanged, 0 in quarantine\n"
     "  findings  0 opened, 0 closed, 0 reopened\n"
     "  error     " HARMLESS "\n"},
};

START_TEST(the_status_is_told)
{
    cJSON *status = cJSON_Parse(statuses[_i].document);

    ck_assert_ptr_nonnull(status);
    render_status(&out, status, 80);
    cJSON_Delete(status);
    ck_assert_msg(strcmp(out.text, statuses[_i].shown) == 0, "%s:\n%s", statuses[_i].says, out.text);
    for (const char *c = out.text; *c != '\0'; c++)
        ck_assert_msg(*c == '\n' || ((unsigned char)*c >= ' ' && *c != 0x7F),
                      "%s: a control character in:\n%s", statuses[_i].says, out.text);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("render");
    TCase *cases = tcase_create("render");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, begin, end);
    tcase_add_loop_test(cases, thousands_are_parted, 0, COUNT(counts));
    tcase_add_loop_test(cases, durations_are_told_in_two_parts, 0, COUNT(durations));
    tcase_add_loop_test(cases, texts_are_cut_by_columns, 0, COUNT(cuts));
    tcase_add_test(cases, a_whole_text_is_never_cut);
    tcase_add_loop_test(cases, long_lines_are_folded, 0, COUNT(folds));
    tcase_add_loop_test(cases, an_sqlstate_is_told_once, 0, COUNT(errors));
    tcase_add_loop_test(cases, a_progress_bar_fits_its_line, 0, COUNT(bars));
    tcase_add_test(cases, a_summary_tells_what_a_run_did);
    tcase_add_test(cases, a_summary_tells_what_is_gone_and_what_is_held);
    tcase_add_test(cases, a_summary_of_a_dry_run_tells_what_it_would_have_done);
    tcase_add_loop_test(cases, the_status_is_told, 0, COUNT(statuses));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
