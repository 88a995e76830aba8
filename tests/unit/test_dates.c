#include "clean/date_pattern.h"
#include "clean/dates.h"
#include "crfd/clean/date_forms.h"
#include "crfd/clean/months.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum {
    DATE = VALUE_DATE,
    PARTIAL = VALUE_PARTIAL_DATE,
    DATETIME = VALUE_DATETIME,
    PARTIAL_TIME = VALUE_PARTIAL_DATETIME,
    TIME = VALUE_TIME,
    INSTANT = VALUE_INSTANT
};

enum { RANDOM_TEXTS = 20000 };

/* What reading a text changed. */
enum { ISO = 0, REFORMATTED = 1, SHORTENED = 2 };

static struct arena arena;

static void
setup(void)
{
    arena_init(&arena, 64 << 10, 0);
}

static void
teardown(void)
{
    arena_destroy(&arena);
}

struct row {
    const char *name;
    int type;
    const char *formats[2]; /* declared */
    const char *text;
    const char *value; /* NULL: refused */
    int changes;
    const char *reason; /* words of it */
};

#define READ(name, type, text, value, changes)                                                               \
    {                                                                                                        \
        name, type, {NULL, NULL}, text, value, changes, NULL                                                 \
    }
#define REFUSED(name, type, text, reason)                                                                    \
    {                                                                                                        \
        name, type, {NULL, NULL}, text, NULL, 0, reason                                                      \
    }
#define READ_BY(name, type, first, second, text, value, changes)                                             \
    {                                                                                                        \
        name, type, {first, second}, text, value, changes, NULL                                              \
    }
#define REFUSED_BY(name, type, first, second, text, reason)                                                  \
    {                                                                                                        \
        name, type, {first, second}, text, NULL, 0, reason                                                   \
    }

static const struct row date_cases[] = {
    READ("ISO 8601", DATE, "2014-03-05", "2014-03-05", ISO),
    READ("slashes, year first", DATE, "2014/03/05", "2014-03-05", REFORMATTED),
    READ("points, year first", DATE, "2014.03.05", "2014-03-05", REFORMATTED),
    READ("short numbers, year first", DATE, "2014-3-5", "2014-03-05", REFORMATTED),
    READ("short numbers with slashes", DATE, "2014/3/5", "2014-03-05", REFORMATTED),
    READ("eight digits", DATE, "20140305", "2014-03-05", REFORMATTED),
    READ("an English month", DATE, "05-MAR-2014", "2014-03-05", REFORMATTED),
    READ("in any case", DATE, "5-mar-2014", "2014-03-05", REFORMATTED),
    READ("with blanks", DATE, "5 MAR 2014", "2014-03-05", REFORMATTED),
    READ("with nothing between", DATE, "05MAR2014", "2014-03-05", REFORMATTED),
    READ("with slashes", DATE, "05/Mar/2014", "2014-03-05", REFORMATTED),
    READ("with points", DATE, "5.Mar.2014", "2014-03-05", REFORMATTED),
    READ("a full month name", DATE, "5 March 2014", "2014-03-05", REFORMATTED),
    READ("a full month name with nothing between", DATE, "05SEPTEMBER2014", "2014-09-05", REFORMATTED),
    READ("a short month name with a point", DATE, "5 Sept. 2014", "2014-09-05", REFORMATTED),
    READ("the American order with a name", DATE, "March 5, 2014", "2014-03-05", REFORMATTED),
    READ("May is short and full", DATE, "31-May-2014", "2014-05-31", REFORMATTED),
    READ("year first with a name", DATE, "2014-MAR-05", "2014-03-05", REFORMATTED),
    READ("Chinese", DATE, "2014年3月5日", "2014-03-05", REFORMATTED),
    READ("Chinese with two digits", DATE, "2014年03月05日", "2014-03-05", REFORMATTED),
    READ("Chinese with blanks", DATE, "2014 年 3 月 5 日", "2014-03-05", REFORMATTED),
    READ("Chinese as spoken", DATE, "2014年3月5号", "2014-03-05", REFORMATTED),
    READ("a Chinese month", DATE, "2014年三月5日", "2014-03-05", REFORMATTED),
    READ("the twelfth month in Chinese", DATE, "2014年十二月31日", "2014-12-31", REFORMATTED),
    READ("the tenth month in Chinese", DATE, "2014年十月二十日", "2014-10-20", REFORMATTED),
    READ("all in Chinese numbers", DATE, "二〇一四年三月三十一日", "2014-03-31", REFORMATTED),
    READ("a Chinese month between hyphens, as spreadsheets write it", DATE, "05-三月-2014", "2014-03-05",
         REFORMATTED),
    READ("a leap day", DATE, "29FEB2012", "2012-02-29", REFORMATTED),
    READ("midnight is no loss", DATE, "2014-03-05T00:00", "2014-03-05", ISO),
    READ("midnight with seconds is no loss", DATE, "2014-03-05 00:00:00.000", "2014-03-05", ISO),
    READ("an unknown time of day is no loss", DATE, "2014-03-05 UN:UN", "2014-03-05", SHORTENED),
    REFUSED("a time of day would be lost", DATE, "2014-03-05T11:45", "time of day"),
    REFUSED("a time of day would be lost in another form", DATE, "05MAR2014 11:45", "time of day"),
    REFUSED("no such day", DATE, "2014-02-30", "no such day"),
    REFUSED("no such day in another form", DATE, "30FEB2014", "no such day"),
    REFUSED("no leap day in 1900", DATE, "1900-02-29", "no such day"),
    REFUSED("no thirteenth month", DATE, "2014/13/05", "no such day"),
    REFUSED("no year 0", DATE, "0000-01-01", "no such day"),
    REFUSED("no day 0", DATE, "2014-03-00", "no such day"),
    REFUSED("numbers in either order", DATE, "03/05/2014", "ambiguous"),
    REFUSED("numbers in either order, even where one can only be a day", DATE, "25/03/2014", "ambiguous"),
    REFUSED("a two-digit year", DATE, "14-03-05", "ambiguous"),
    REFUSED("a two-digit year behind points", DATE, "5.3.14", "ambiguous"),
    REFUSED("a two-digit year with a name", DATE, "05-MAR-14", "not a date"),
    REFUSED("a month is no day", DATE, "2014-03", "day is not known"),
    REFUSED("an unknown day", DATE, "UN-MAR-2014", "day is not known"),
    REFUSED("an unknown day in ISO form", DATE, "2014-03-UN", "day is not known"),
    REFUSED("a word", DATE, "yesterday", "not a date"),
    REFUSED("a number", DATE, "36.2", "not a date"),
    REFUSED("seven digits", DATE, "2014035", "not a date"),
    REFUSED("nine digits", DATE, "201403051", "not a date"),
    REFUSED("a date and more", DATE, "2014-03-05 approx", "not a date"),
    REFUSED("two months", DATE, "2014-MAR-APR", "not a date"),
    REFUSED("a month that is none", DATE, "05-MRZ-2014", "not a date"),
    REFUSED("a long text", DATE,
            "2014-03-05 2014-03-05 2014-03-05 2014-03-05 2014-03-05 2014-03-05 2014-03-05 2014-03-05",
            "not a date"),
};

static const struct row partial_cases[] = {
    READ("a whole date", PARTIAL, "2014-03-05", "2014-03-05", ISO),
    READ("a month", PARTIAL, "2014-03", "2014-03", ISO),
    READ("a year", PARTIAL, "2014", "2014", ISO),
    READ("another form", PARTIAL, "05-MAR-2014", "2014-03-05", REFORMATTED),
    READ("an unknown day in ISO form", PARTIAL, "2014-03-UN", "2014-03", SHORTENED),
    READ("an unknown month and day in ISO form", PARTIAL, "2014-UN-UN", "2014", SHORTENED),
    READ("an unknown month, and no day", PARTIAL, "2014-UNK", "2014", SHORTENED),
    READ("an unknown day before the month", PARTIAL, "UN-MAR-2014", "2014-03", REFORMATTED | SHORTENED),
    READ("an unknown day and month", PARTIAL, "UN-UNK-2014", "2014", REFORMATTED | SHORTENED),
    READ("UK is unknown", PARTIAL, "UK/MAR/2014", "2014-03", REFORMATTED | SHORTENED),
    READ("unknown with nothing between", PARTIAL, "UNMAR2014", "2014-03", REFORMATTED | SHORTENED),
    READ("unknown twice with nothing between", PARTIAL, "UNUNK2014", "2014", REFORMATTED | SHORTENED),
    READ("question marks", PARTIAL, "?\?-MAR-2014", "2014-03", REFORMATTED | SHORTENED),
    READ("question marks in ISO form", PARTIAL, "2014-?\?-??", "2014", SHORTENED),
    READ("X's", PARTIAL, "XX MAR 2014", "2014-03", REFORMATTED | SHORTENED),
    READ("X's in lower case", PARTIAL, "2014-03-xx", "2014-03", SHORTENED),
    READ("hyphens for the day", PARTIAL, "2014-03--", "2014-03", SHORTENED),
    READ("hyphens for month and day", PARTIAL, "2014----", "2014", SHORTENED),
    READ("a hyphen before a hyphen", PARTIAL, "--MAR-2014", "2014-03", REFORMATTED | SHORTENED),
    READ("hyphens before a slash", PARTIAL, "--/MAR/2014", "2014-03", REFORMATTED | SHORTENED),
    READ("an unknown day in Chinese", PARTIAL, "2014年3月未知", "2014-03", REFORMATTED | SHORTENED),
    READ("an unknown day in other Chinese words", PARTIAL, "2014年3月不详日", "2014-03",
         REFORMATTED | SHORTENED),
    READ("an unknown month in Chinese", PARTIAL, "2014年不详", "2014", REFORMATTED | SHORTENED),
    READ("an unknown month and day in Chinese", PARTIAL, "2014年未知月未知日", "2014",
         REFORMATTED | SHORTENED),
    READ("a month by name", PARTIAL, "MAR-2014", "2014-03", REFORMATTED),
    READ("a month by name with nothing between", PARTIAL, "Mar2014", "2014-03", REFORMATTED),
    READ("a month and a year", PARTIAL, "03/2014", "2014-03", REFORMATTED),
    READ("a year and a month", PARTIAL, "2014/3", "2014-03", REFORMATTED),
    READ("a month in Chinese", PARTIAL, "2014年3月", "2014-03", REFORMATTED),
    READ("a year in Chinese", PARTIAL, "2014年", "2014", REFORMATTED),
    READ("midnight is no loss", PARTIAL, "2014-03-05T00:00", "2014-03-05", ISO),
    REFUSED("a time of day would be lost", PARTIAL, "2014-03-05T11:45", "time of day"),
    REFUSED("a known day in an unknown month would be lost", PARTIAL, "2014-UN-05", "after one that is not"),
    REFUSED("a known day in an unknown year", PARTIAL, "05-MAR-UNKN", "after one that is not"),
    REFUSED("all unknown", PARTIAL, "UN-UNK-UNKN", "no part"),
    REFUSED("unknown alone", PARTIAL, "UNK", "no part"),
    REFUSED("no such month", PARTIAL, "2014-13", "no such day"),
    REFUSED("six digits may be a short date", PARTIAL, "201403", "not a date"),
    REFUSED("a Chinese month that breaks off", PARTIAL, "2014年3", "not a date"),
    REFUSED("numbers in either order", PARTIAL, "03/05/2014", "ambiguous"),
};

static const struct row datetime_cases[] = {
    READ("ISO 8601", DATETIME, "2014-03-05T11:45", "2014-03-05 11:45:00", ISO),
    READ("a blank for the T", DATETIME, "2014-03-05 11:45:30", "2014-03-05 11:45:30", ISO),
    READ("a fraction", DATETIME, "2014-03-05T11:45:30.25", "2014-03-05 11:45:30.25", ISO),
    READ("an English month", DATETIME, "05-MAR-2014 11:45", "2014-03-05 11:45:00", REFORMATTED),
    READ("as SAS writes it", DATETIME, "05MAR2014:11:45:30", "2014-03-05 11:45:30", REFORMATTED),
    READ("as HL7 writes it", DATETIME, "20140305114530", "2014-03-05 11:45:30", REFORMATTED),
    READ("as HL7 writes it, to the minute", DATETIME, "201403051145", "2014-03-05 11:45:00", REFORMATTED),
    READ("a time without a colon", DATETIME, "2014-03-05 1145", "2014-03-05 11:45:00", REFORMATTED),
    READ("a short hour", DATETIME, "2014-03-05 9:05", "2014-03-05 09:05:00", REFORMATTED),
    READ("before noon", DATETIME, "2014-03-05 9:05 AM", "2014-03-05 09:05:00", REFORMATTED),
    READ("after noon", DATETIME, "2014-03-05 9:05pm", "2014-03-05 21:05:00", REFORMATTED),
    READ("noon", DATETIME, "2014-03-05 12:00 PM", "2014-03-05 12:00:00", REFORMATTED),
    READ("midnight", DATETIME, "2014-03-05 12:00 AM", "2014-03-05 00:00:00", REFORMATTED),
    READ("Chinese", DATETIME, "2014年3月5日 11:45", "2014-03-05 11:45:00", REFORMATTED),
    READ("Chinese with nothing between", DATETIME, "2014年3月5日11:45", "2014-03-05 11:45:00", REFORMATTED),
    READ("Chinese hours and minutes", DATETIME, "2014年3月5日11时45分", "2014-03-05 11:45:00", REFORMATTED),
    READ("Chinese seconds", DATETIME, "2014年3月5日 11时45分30秒", "2014-03-05 11:45:30", REFORMATTED),
    READ("afternoon in Chinese", DATETIME, "2014-03-05 下午3:20", "2014-03-05 15:20:00", REFORMATTED),
    READ("afternoon in Chinese by the 24-hour clock", DATETIME, "2014-03-05 下午 15:20",
         "2014-03-05 15:20:00", REFORMATTED),
    READ("morning in Chinese", DATETIME, "2014年3月5日上午9点30分", "2014-03-05 09:30:00", REFORMATTED),
    READ("24:00 is the next day", DATETIME, "2014-02-28T24:00", "2014-03-01 00:00:00", REFORMATTED),
    REFUSED("24:01 is none", DATETIME, "2014-02-28T24:01", "no such day"),
    REFUSED("the last day of all has no next", DATETIME, "9999-12-31T24:00", "no such day"),
    REFUSED("a minute 60", DATETIME, "2014-03-05T11:60", "no such day"),
    REFUSED("a leap second", DATETIME, "2014-03-05T11:59:60", "no such day"),
    REFUSED("no time of day", DATETIME, "2014-03-05", "time of day is not known"),
    REFUSED("an hour alone", DATETIME, "2014-03-05T11", "time of day is not known"),
    REFUSED("an unknown minute", DATETIME, "2014-03-05T11:UN", "time of day is not known"),
    REFUSED("no day", DATETIME, "2014-03", "day is not known"),
    REFUSED("UTC, which the column cannot hold", DATETIME, "2014-03-05T11:45:30Z", "time zone"),
    REFUSED("an offset, which the column cannot hold", DATETIME, "2014-03-05T11:45+08:00", "time zone"),
    REFUSED("seven digits of a fraction", DATETIME, "2014-03-05T11:45:30.1234567", "not a date"),
    REFUSED("morning that is none", DATETIME, "2014-03-05 15:20 AM", "no such day"),
    REFUSED("上午12:30 may be noon or midnight", DATETIME, "2014-03-05 上午12:30", "no such day"),
    REFUSED("numbers in either order", DATETIME, "03/05/2014 11:45", "ambiguous"),
    READ("to the minute", PARTIAL_TIME, "2014-03-05T11:45", "2014-03-05T11:45", ISO),
    READ("to the second", PARTIAL_TIME, "2014-03-05 11:45:30", "2014-03-05T11:45:30", ISO),
    READ("to the hour", PARTIAL_TIME, "2014-03-05T11", "2014-03-05T11", ISO),
    READ("to the day", PARTIAL_TIME, "2014-03-05", "2014-03-05", ISO),
    READ("to the month", PARTIAL_TIME, "2014-03", "2014-03", ISO),
    READ("an unknown minute of a partial one", PARTIAL_TIME, "2014-03-05T11:UN", "2014-03-05T11", SHORTENED),
    READ("an unknown time", PARTIAL_TIME, "05-MAR-2014 UN:UN", "2014-03-05", REFORMATTED | SHORTENED),
    READ("an hour in Chinese", PARTIAL_TIME, "2014年3月5日11时", "2014-03-05T11", REFORMATTED),
    READ("24:00 of a partial one", PARTIAL_TIME, "2014-12-31T24:00", "2015-01-01T00:00", REFORMATTED),
    REFUSED("a known time of an unknown day", PARTIAL_TIME, "UN-MAR-2014 11:45", "after one that is not"),
};

static const struct row time_cases[] = {
    READ("to the minute", TIME, "11:45", "11:45:00", ISO),
    READ("to the second", TIME, "11:45:30", "11:45:30", ISO),
    READ("with a fraction", TIME, "11:45:30.5", "11:45:30.5", ISO),
    READ("a short hour", TIME, "9:05", "09:05:00", REFORMATTED),
    READ("four digits", TIME, "1145", "11:45:00", REFORMATTED),
    READ("six digits", TIME, "114530", "11:45:30", REFORMATTED),
    READ("after noon", TIME, "3:20 PM", "15:20:00", REFORMATTED),
    READ("after noon in Chinese", TIME, "下午3:20", "15:20:00", REFORMATTED),
    READ("Chinese", TIME, "11点45分", "11:45:00", REFORMATTED),
    READ("midnight", TIME, "00:00", "00:00:00", ISO),
    READ("the end of the day stays", TIME, "24:00", "24:00:00", ISO),
    REFUSED("past the end of the day", TIME, "24:01", "no such day"),
    REFUSED("an hour 25", TIME, "25:00", "no such day"),
    REFUSED("three digits", TIME, "945", "not a time"),
    REFUSED("an hour alone", TIME, "11", "not a time"),
    REFUSED("an hour alone in Chinese", TIME, "11时", "time of day is not known"),
    REFUSED("an unknown minute", TIME, "11:UN", "time of day is not known"),
    REFUSED("a date", TIME, "2014-03-05", "not a time"),
    REFUSED("a date and a time", TIME, "2014-03-05T11:45", "not a time"),
    REFUSED("a zone", TIME, "11:45Z", "time zone"),
    REFUSED("a long text", TIME,
            "11:45 11:45 11:45 11:45 11:45 11:45 11:45 11:45 11:45 11:45 11:45 11:45 11:45 11:45",
            "not a time"),
};

static const struct row declared_cases[] = {
    READ_BY("day before month", DATE, "DD/MM/YYYY", NULL, "03/05/2014", "2014-05-03", REFORMATTED),
    READ_BY("month before day", DATE, "MM/DD/YYYY", NULL, "03/05/2014", "2014-03-05", REFORMATTED),
    READ_BY("short numbers for long ones", DATE, "DD/MM/YYYY", NULL, "3/5/2014", "2014-05-03", REFORMATTED),
    READ_BY("the first that fits", DATE, "DD/MM/YYYY", "MM/DD/YYYY", "03/05/2014", "2014-05-03", REFORMATTED),
    READ_BY("the second where the first gives no day", DATE, "DD/MM/YYYY", "MM/DD/YYYY", "03/25/2014",
            "2014-03-25", REFORMATTED),
    READ_BY("ISO 8601 is always read", DATE, "DD/MM/YYYY", NULL, "2014-03-05", "2014-03-05", ISO),
    READ_BY("ISO 8601 with an unknown day", PARTIAL, "DD/MM/YYYY", NULL, "2014-03-UN", "2014-03", SHORTENED),
    READ_BY("ISO 8601 that is declared", PARTIAL, "YYYY-MM-DD", NULL, "2014-03-UN", "2014-03", SHORTENED),
    READ_BY("another meaning of ISO's form, declared", DATE, "YYYY-DD-MM", NULL, "2014-03-05", "2014-05-03",
            REFORMATTED),
    READ_BY("a month where another meaning of ISO's form is declared", PARTIAL, "YYYY-DD-MM", NULL, "2014-03",
            "2014-03", ISO),
    READ_BY("a two-digit year of this century", DATE, "DD-MON-YY", NULL, "05-MAR-14", "2014-03-05",
            REFORMATTED),
    READ_BY("a two-digit year of the last century", DATE, "DD-MON-YY", NULL, "05-MAR-70", "1970-03-05",
            REFORMATTED),
    READ_BY("six digits", DATE, "YYMMDD", NULL, "140305", "2014-03-05", REFORMATTED),
    READ_BY("eight digits, day first", DATE, "DDMMYYYY", NULL, "05032014", "2014-03-05", REFORMATTED),
    READ_BY("Chinese", DATE, "YYYY年MM月DD日", NULL, "2014年3月5日", "2014-03-05", REFORMATTED),
    READ_BY("an unknown day", PARTIAL, "DD/MM/YYYY", NULL, "UN/03/2014", "2014-03", REFORMATTED | SHORTENED),
    READ_BY("an unknown day in Chinese", PARTIAL, "YYYY年MM月DD日", NULL, "2014年3月未知", "2014-03",
            REFORMATTED | SHORTENED),
    READ_BY("a time behind a declared date", DATETIME, "DD/MM/YYYY", NULL, "05/03/2014 11:45",
            "2014-03-05 11:45:00", REFORMATTED),
    READ_BY("a declared time", DATETIME, "DD/MM/YYYY HH24.MI", NULL, "05/03/2014 11.45",
            "2014-03-05 11:45:00", REFORMATTED),
    READ_BY("a declared T", DATETIME, "DDMMYYYYTHH24MI", NULL, "05032014T1145", "2014-03-05 11:45:00",
            REFORMATTED),
    READ_BY("a declared 12-hour clock", DATETIME, "DD/MM/YYYY HH:MI AM", NULL, "05/03/2014 11:45 pm",
            "2014-03-05 23:45:00", REFORMATTED),
    READ_BY("a declared time alone", TIME, "HH24.MI", NULL, "11.45", "11:45:00", REFORMATTED),
    READ_BY("an ISO time is always read", TIME, "HH24.MI", NULL, "11:45", "11:45:00", ISO),
    READ_BY("a month and a year", PARTIAL, "MM.YYYY", NULL, "3.2014", "2014-03", REFORMATTED),
    READ_BY("a form that is not declared, and can mean one day only", DATE, "DD/MM/YYYY", NULL, "05-MAR-2014",
            "2014-03-05", REFORMATTED),
    READ_BY("a time form that is not declared", TIME, "HH24.MI", NULL, "1145", "11:45:00", REFORMATTED),
    READ_BY("a form with a time that is not declared", DATETIME, "DD/MM/YYYY HH24:MI", NULL,
            "2014年3月5日 11:45", "2014-03-05 11:45:00", REFORMATTED),
    READ_BY("four digits where two are declared", DATE, "DD-MON-YY", NULL, "05-MAR-2014", "2014-03-05",
            REFORMATTED),
    READ_BY("eight digits that would be a day with the year first, too", DATE, "DDMMYYYY", NULL, "20101203",
            "1203-10-20", REFORMATTED),
    READ_BY("a month and a year that would be a year", PARTIAL, "YYMM", NULL, "2012", "2020-12", REFORMATTED),
    READ_BY("a day that would be a month", PARTIAL, "YYMM-DD", NULL, "2012-11", "2020-12-11", REFORMATTED),
    REFUSED_BY("no such day in a declared form, though there is one with the year first", DATE, "DDMMYYYY",
               NULL, "31061212", "no such day"),
    REFUSED_BY("no such day in another meaning of ISO's form", DATE, "YYYY-DD-MM", NULL, "2014-03-15",
               "no such day"),
    REFUSED_BY("no such month, though it would be a year", PARTIAL, "MMYY", NULL, "2012", "no such day"),
    READ_BY("what the second declared form reads, though the first has no such day", DATE, "DDMMYYYY",
            "YYYYMMDD", "31061212", "3106-12-12", REFORMATTED),
    REFUSED_BY("numbers in either order, in another form than the declared one", DATE, "DD-MM-YYYY", NULL,
               "03/05/2014", "ambiguous"),
    READ_BY("an unknown day and month in another meaning of ISO's form", PARTIAL, "YYYY-DD-MM", NULL,
            "2014-UN-UN", "2014", REFORMATTED | SHORTENED),
    REFUSED_BY("a time in a date, declared or not", DATE, "DD/MM/YYYY HH24:MI", NULL, "05/03/2014 11:45",
               "time of day"),
    READ_BY("midnight in a date that is declared with a time", DATE, "DD/MM/YYYY HH24:MI", NULL,
            "05/03/2014 00:00", "2014-03-05", REFORMATTED),
    REFUSED_BY("no such day in a declared form", DATE, "DD/MM/YYYY", NULL, "31/02/2014", "no such day"),
    REFUSED_BY("a pattern that is none never matches", DATE, "Q", NULL, "Q", "not a date"),
};

#define US_PER_HOUR INT64_C(3600000000)

/* Of 2014 in Berlin: the clocks go forward at 2:00 on 30 March, and back at 3:00 on 26 October. */
static const struct zone_span spans[] = {
    {INT64_MIN, US_PER_HOUR},
    {5202 * DATETIME_US_PER_DAY + US_PER_HOUR, 2 * US_PER_HOUR},
    {5412 * DATETIME_US_PER_DAY + US_PER_HOUR, US_PER_HOUR},
};
static const struct zone berlin = {"Europe/Berlin", spans, 3, INT64_MAX};

static const struct row instant_cases[] = {
    READ("an instant in UTC", INSTANT, "2014-03-05T11:45:30Z", "2014-03-05 11:45:30+00", ISO),
    READ("a small z", INSTANT, "2014-03-05T11:45z", "2014-03-05 11:45:00+00", ISO),
    READ("an offset ahead", INSTANT, "2014-03-05T11:45+08:00", "2014-03-05 03:45:00+00", ISO),
    READ("an offset behind, over midnight", INSTANT, "2014-03-05T21:45-0530", "2014-03-06 03:15:00+00", ISO),
    READ("an offset of hours", INSTANT, "2014-03-05 11:45:30.25+08", "2014-03-05 03:45:30.25+00", ISO),
    READ("a blank before the offset", INSTANT, "2014-03-05 11:45 +08:00", "2014-03-05 03:45:00+00", ISO),
    READ("minus nothing", INSTANT, "2014-03-05T11:45-00:00", "2014-03-05 11:45:00+00", ISO),
    READ("an offset behind another form", INSTANT, "05-MAR-2014 11:45 PM +01:00", "2014-03-05 22:45:00+00",
         REFORMATTED),
    READ("an offset behind Chinese", INSTANT, "2014年3月5日11时45分+08:00", "2014-03-05 03:45:00+00",
         REFORMATTED),
    READ("the basic form", INSTANT, "20140305T1145+0800", "2014-03-05 03:45:00+00", REFORMATTED),
    READ("24:00 with an offset", INSTANT, "2014-03-05T24:00+08:00", "2014-03-05 16:00:00+00", REFORMATTED),
    READ("the study's clocks", INSTANT, "2014-03-05T11:45", "2014-03-05 10:45:00+00", ISO),
    READ("the study's clocks in summer", INSTANT, "2014-07-05 11:45", "2014-07-05 09:45:00+00", ISO),
    READ("the minute before the gap", INSTANT, "2014-03-30T01:59", "2014-03-30 00:59:00+00", ISO),
    REFUSED("a time in the gap", INSTANT, "2014-03-30T02:00", "set forward over it"),
    REFUSED("the end of the gap", INSTANT, "2014-03-30T02:59:59", "set forward over it"),
    READ("behind the gap", INSTANT, "2014-03-30T03:00", "2014-03-30 01:00:00+00", ISO),
    READ("a time in the gap with its offset", INSTANT, "2014-03-30T02:30+01:00", "2014-03-30 01:30:00+00",
         ISO),
    REFUSED("a time that came twice", INSTANT, "2014-10-26T02:30", "showed it twice"),
    READ("the first of the two", INSTANT, "2014-10-26T02:30+02:00", "2014-10-26 00:30:00+00", ISO),
    READ("the second of the two", INSTANT, "2014-10-26T02:30+01:00", "2014-10-26 01:30:00+00", ISO),
    READ("behind the hour that came twice", INSTANT, "2014-10-26T03:00", "2014-10-26 02:00:00+00", ISO),
    REFUSED("a day alone", INSTANT, "2014-03-05", "the time of day is not known"),
    REFUSED("a day that ends as an offset does", INSTANT, "2014-03-05+08:00", "the time of day is not known"),
    REFUSED("an hour alone", INSTANT, "2014-03-05T11Z", "the time of day is not known"),
    REFUSED("a month", INSTANT, "2014-03", "the day is not known"),
    REFUSED("an offset that no clock has", INSTANT, "2014-03-05T11:45+14:01",
            "offset from UTC cannot be read"),
    REFUSED("minutes that no hour has", INSTANT, "2014-03-05T11:45+08:60", "offset from UTC cannot be read"),
    REFUSED("an offset of one digit", INSTANT, "2014-03-05T11:45+8", "offset from UTC cannot be read"),
    REFUSED("a zone's name", INSTANT, "2014-03-05T11:45 CET", "not a date"),
    REFUSED("nothing but a zone", INSTANT, "Z", "not a date"),
    REFUSED("nothing but an offset", INSTANT, "+08:00", "not a date"),
    REFUSED("two offsets", INSTANT, "2014-03-05T11:45ZZ", "offset from UTC cannot be read"),
    REFUSED("no such day", INSTANT, "2014-02-30T11:45Z", "no such day"),
    REFUSED("an order that is not clear", INSTANT, "03/05/2014 11:45+08:00", "ambiguous"),
    REFUSED("before the first year", INSTANT, "0001-01-01T00:00+01:00", "no such day or time"),
    REFUSED("behind the last year", INSTANT, "9999-12-31T23:59-01:00", "no such day or time"),
    READ_BY("a declared form", INSTANT, "DD/MM/YYYY", NULL, "05/03/2014 11:45", "2014-03-05 10:45:00+00",
            REFORMATTED),
    READ_BY("a declared form and an offset", INSTANT, "DD/MM/YYYY HH24:MI", NULL, "05/03/2014 11:45Z",
            "2014-03-05 11:45:00+00", REFORMATTED),
};

/* Of an item of a study that declares these names of months. */
static void
check_row_of(const struct row *row, const char *const *names, size_t name_count)
{
    const struct item item = {
        .type = (enum value_type)row->type,
        .zone = &berlin,
        .months = names != NULL ? month_names_new(&arena, names, name_count) : NULL,
        .formats = row->formats,
        .format_count = (size_t)((row->formats[0] != NULL) + (row->formats[1] != NULL)),
    };
    const struct date_plan *plan = date_plan_new(&arena, &item);
    struct value value = value_null(VALUE_TEXT);
    struct date_result result;
    struct strbuf text;
    bool read = date_read(plan, &arena, text_of(row->text), &value, &result);

    ck_assert_msg(read || value.is_null, "%s: it is refused, and the value was set", row->name);
    strbuf_init(&text);
    value_append_text(&value, &text);
    ck_assert_msg(read == (row->value != NULL), "%s: \"%s\" is %s %s", row->name, row->text,
                  read ? "read as" : "refused:", read ? text.text : result.reason);
    if (read) {
        int changes = (result.reformatted ? REFORMATTED : 0) | (result.shortened ? SHORTENED : 0);

        ck_assert_msg(value.type == row->type, "%s: the type is %d", row->name, value.type);
        ck_assert_msg(strcmp(text.text, row->value) == 0, "%s: \"%s\" is %s", row->name, row->text,
                      text.text);
        ck_assert_msg(changes == row->changes, "%s: the changes of \"%s\" are %d", row->name, row->text,
                      changes);
    } else {
        ck_assert_msg(strstr(result.reason, row->reason) != NULL, "%s: the reason is \"%s\"", row->name,
                      result.reason);
    }
    strbuf_destroy(&text);
}

static void
check_row(const struct row *row)
{
    check_row_of(row, NULL, 0);
}

START_TEST(dates)
{
    check_row(&date_cases[_i]);
}
END_TEST

START_TEST(instants)
{
    check_row(&instant_cases[_i]);
}
END_TEST

START_TEST(an_instant_without_offset_needs_a_zone)
{
    const struct date_plan *plan = date_plan_new(&arena, &(struct item){.type = VALUE_INSTANT});
    struct value value = value_null(VALUE_TEXT);
    struct date_result result;

    ck_assert(!date_read(plan, &arena, text_of("2014-03-05T11:45"), &value, &result));
    ck_assert_msg(strstr(result.reason, "declares no timezone") != NULL, "%s", result.reason);
    ck_assert(date_read(plan, &arena, text_of("2014-03-05T11:45Z"), &value, &result));
}
END_TEST

START_TEST(partial_dates)
{
    check_row(&partial_cases[_i]);
}
END_TEST

START_TEST(datetimes)
{
    check_row(&datetime_cases[_i]);
}
END_TEST

START_TEST(times)
{
    check_row(&time_cases[_i]);
}
END_TEST

START_TEST(declared_formats)
{
    check_row(&declared_cases[_i]);
}
END_TEST

/* German, Czech, Spanish as spoken, and some of other languages. */
static const char *const months[] = {
    "Januar",     "Februar",     "März",     "April",     "Mai",        "Juni",     "Juli",
    "August",     "September",   "Oktober",  "November",  "Dezember",   "leden",    "únor",
    "březen",     "duben",       "květen",   "červen",    "červenec",   "srpen",    "září",
    "říjen",      "listopad",    "prosinec", "de enero",  "de febrero", "de marzo", "de abril de",
    "de mayo de", "de junio de", "de julio", "de agosto", "de sept",    "de oct.",  "de nov.",
    "de dic.",    "xaneiro",     NULL,       "Mär",       NULL,         NULL,       "Jun",
    NULL,         "ΑΎΓΟΥΣΤΟΣ",   NULL,       "Okt",       NULL,         "Dez",
};

static const struct row month_cases[] = {
    READ("a declared name", DATE, "5 März 2014", "2014-03-05", REFORMATTED),
    READ("in any case", DATE, "5 mÄRZ 2014", "2014-03-05", REFORMATTED),
    READ("without a day", PARTIAL, "März 2014", "2014-03", REFORMATTED),
    READ("a short one", DATE, "05-Okt-2014", "2014-10-05", REFORMATTED),
    READ("with nothing between", DATE, "05DEZ2014", "2014-12-05", REFORMATTED),
    READ("with a point", DATE, "5 Dez. 2014", "2014-12-05", REFORMATTED),
    READ("declared with its point", DATE, "5 de oct. 2014", "2014-10-05", REFORMATTED),
    READ("behind the year", PARTIAL, "2014-Dez", "2014-12", REFORMATTED),
    READ("the month first", DATE, "říjen 5, 2014", "2014-10-05", REFORMATTED),
    READ("of two that begin alike, the longer", DATE, "5 červenec 2014", "2014-07-05", REFORMATTED),
    READ("and the shorter", DATE, "5 ČERVEN 2014", "2014-06-05", REFORMATTED),
    READ("a name that begins as an English one", DATE, "5 Juni 2014", "2014-06-05", REFORMATTED),
    READ("an English one that begins as a declared one", DATE, "5 June 2014", "2014-06-05", REFORMATTED),
    READ("English ones are always read", DATE, "05-DEC-2014", "2014-12-05", REFORMATTED),
    READ("so are Chinese ones", DATE, "05-三月-2014", "2014-03-05", REFORMATTED),
    READ("one that begins as an unknown month does", DATE, "5 únor 2014", "2014-02-05", REFORMATTED),
    READ("one that begins with an X", DATE, "5 Xaneiro 2014", "2014-01-05", REFORMATTED),
    READ("of several words", DATE, "5 de mayo de 2014", "2014-05-05", REFORMATTED),
    READ("of another script, whose last letter has two forms", DATE, "5 αύγουστος 2014", "2014-08-05",
         REFORMATTED),
    READ("an unknown month is still one", PARTIAL, "UN-UNK-2014", "2014", REFORMATTED | SHORTENED),
    READ("an unknown day before a declared name", PARTIAL, "UN-Okt-2014", "2014-10", REFORMATTED | SHORTENED),
    READ("with a time behind it", DATETIME, "5 März 2014 11:45", "2014-03-05 11:45:00", REFORMATTED),
    READ("an instant", INSTANT, "5 März 2014 11:45Z", "2014-03-05 11:45:00+00", REFORMATTED),
    READ_BY("in a declared format", DATE, "D. MONTH YYYY", NULL, "5. März 2014", "2014-03-05", REFORMATTED),
    READ_BY("in a declared format with a short year", DATE, "DD-MON-YY", NULL, "05-Okt-14", "2014-10-05",
            REFORMATTED),
    REFUSED("the beginning of a name", DATE, "5 Febr 2014", "not a date"),
    REFUSED("the beginning of a name at the end", PARTIAL, "2014-Okto", "not a date"),
    REFUSED("a name and more", DATE, "5 Märzen 2014", "not a date"),
    REFUSED("a name that is not declared", DATE, "5 Heumond 2014", "not a date"),
    REFUSED("a name without its mark", DATE, "5 brezen 2014", "not a date"),
    REFUSED("no such day", DATE, "30 únor 2014", "no such day"),
};

START_TEST(declared_months)
{
    check_row_of(&month_cases[_i], months, (size_t)LENGTH(months));
}
END_TEST

static const struct {
    const char *name;
    const char *first, *second; /* of the same month; NULL: none */
    const char *problem;        /* words of it; NULL: none */
} name_cases[] = {
    {"a name of another language", NULL, "Mär", NULL},
    {"one that was declared for the month already", "Mär", "MÄR", NULL},
    {"the English one of the month", NULL, "March", NULL},
    {"the Chinese one of the month", NULL, "三月", NULL},
    {"of several words", NULL, "de marzo de", NULL},
    {"an English one of another month", NULL, "May", "month 5 in English or Chinese"},
    {"a Chinese one of another month", NULL, "五月", "month 5 in English or Chinese"},
    {"a word for what is not known", NULL, "unk", "is not known"},
    {"one that was declared for another month", NULL, "LISTOPAD", "month 10, too"},
    {"one with a digit", NULL, "M3", "no digit"},
    {"one that begins with a mark", NULL, "-marzo", "begins with a letter"},
    {"nothing but blanks", NULL, "  ", "begins with a letter"},
    {"a long one", NULL, "einundvierzig Zeichen sind eines zu viel.", "40 bytes"},
};

START_TEST(month_names)
{
    const char *texts[3 * MONTHS_OF_YEAR] = {[9] = "listopad",
                                             [MONTHS_OF_YEAR + 2] = name_cases[_i].first,
                                             [2 * MONTHS_OF_YEAR + 2] = name_cases[_i].second};
    const char *problem = month_name_problem(&arena, texts, 2 * MONTHS_OF_YEAR + 2);

    if (name_cases[_i].problem == NULL)
        ck_assert_msg(problem == NULL, "%s: %s", name_cases[_i].name, problem);
    else
        ck_assert_msg(problem != NULL && strstr(problem, name_cases[_i].problem) != NULL, "%s: %s",
                      name_cases[_i].name, problem != NULL ? problem : "no problem");
}
END_TEST

static const struct {
    const char *name;
    int type;
    const char *format;
    const char *problem; /* words of it; NULL: none */
} format_cases[] = {
    {"a date", DATE, "DD-MON-YYYY", NULL},
    {"a Chinese date", DATE, "YYYY年MM月DD日", NULL},
    {"a month name in full", DATE, "MONTH D, YYYY", NULL},
    {"a month for a partial date", PARTIAL, "MON-YYYY", NULL},
    {"a date without its time for a datetime", DATETIME, "DD/MM/YYYY", NULL},
    {"a datetime", DATETIME, "YYYY-MM-DDTHH24:MI:SS", NULL},
    {"an hour for a partial datetime", PARTIAL_TIME, "YYYY-MM-DD HH24", NULL},
    {"a time", TIME, "HH24MI", NULL},
    {"nothing", DATE, "", "no part"},
    {"lower case", DATE, "yyyy-mm-dd", "letter"},
    {"a letter that means nothing", DATE, "YYYY-MM-DDZ", "letter"},
    {"a digit", DATE, "2014-MM-DD", "letter or digit"},
    {"a part twice", DATE, "DD/DD/YYYY", "twice"},
    {"a day without its month", DATE, "YYYY-DD", "leaves out"},
    {"a month without its year", PARTIAL, "DD-MON", "leaves out"},
    {"a minute without its hour", TIME, "MI:SS", "leaves out"},
    {"numbers that cannot be told apart", DATE, "YYYYMD", "next to another number"},
    {"a month for a date", DATE, "MON-YYYY", "partial"},
    {"hours alone for a datetime", DATETIME, "YYYY-MM-DD HH24", "partial"},
    {"a time for a date", DATE, "HH24:MI", "no year"},
    {"a time without its day", PARTIAL_TIME, "YYYY-MM HH24:MI", "whole date"},
    {"a date for a time", TIME, "YYYY-MM-DD HH24:MI", "no date"},
    {"AM without hours", DATE, "YYYY-MM-DD AM", "AM"},
    {"a long pattern", DATE, "YYYY-MM-DD-------------------------", "too long"},
};

START_TEST(format_problems)
{
    const char *problem =
        date_format_problem(&arena, (enum value_type)format_cases[_i].type, format_cases[_i].format);

    if (format_cases[_i].problem == NULL)
        ck_assert_msg(problem == NULL, "%s: %s", format_cases[_i].name, problem);
    else
        ck_assert_msg(problem != NULL && strstr(problem, format_cases[_i].problem) != NULL, "%s: %s",
                      format_cases[_i].name, problem != NULL ? problem : "no problem");
}
END_TEST

/* SplitMix64 (Steele, Lea, Flood): the same texts in every run. */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static void
append_random_date(uint64_t *state, struct strbuf *out)
{
    static const char *const parts[] = {"5",  "03",  "12",  "2014", "201403", "MAR",  "May",   "三月", "十二",
                                        "UN", "UNK", "?\?", "XX",   "-",      "未知", "11:45", "1145"};
    static const char *const marks[] = {"", "", "-", "/", ".", " ", "年", "月", "日", ", ", "T", ":"};
    size_t count = 1 + next_random(state) % 5;

    for (size_t i = 0; i < count; i++) {
        strbuf_append(out, parts[next_random(state) % (sizeof parts / sizeof parts[0])]);
        strbuf_append(out, marks[next_random(state) % (sizeof marks / sizeof marks[0])]);
    }
}

/* Whether two readings say the same; what is unknown says nothing. */
static bool
agree(const struct date_reading *a, const struct date_reading *b)
{
    if (a->known != b->known)
        return false;
    for (int part = DATE_YEAR; part < DATE_PART_COUNT; part++) {
        if ((a->known & DATE_PART_BIT(part)) != 0 && a->parts[part] != b->parts[part])
            return false;
    }
    return true;
}

START_TEST(no_text_means_two_days)
{
    const struct item item = {.type = VALUE_PARTIAL_DATETIME};
    struct date_forms forms = date_forms_of(&arena, &item);
    uint64_t state = 4;
    struct strbuf text;
    int read = 0;

    strbuf_init(&text);
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        struct date_reading first = {0};
        bool found = false;

        strbuf_reset(&text);
        append_random_date(&state, &text);
        for (size_t form = 0; form < forms.date_count; form++) {
            struct date_reading reading = {0};

            if (date_pattern_match(forms.dates[form].pattern, text_of(text.text), &reading) != text.length)
                continue;
            /* A day without its year is refused, whichever it is. */
            if ((reading.known & DATE_PART_BIT(DATE_YEAR)) == 0)
                continue;
            ck_assert_msg(!found || agree(&first, &reading), "\"%s\" means two days", text.text);
            first = reading;
            found = true;
        }
        read += found;
    }
    ck_assert_int_gt(read, RANDOM_TEXTS / 200);
    strbuf_destroy(&text);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("dates");
    TCase *cases = tcase_create("dates");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, instants, 0, LENGTH(instant_cases));
    tcase_add_test(cases, an_instant_without_offset_needs_a_zone);
    tcase_add_loop_test(cases, dates, 0, LENGTH(date_cases));
    tcase_add_loop_test(cases, partial_dates, 0, LENGTH(partial_cases));
    tcase_add_loop_test(cases, datetimes, 0, LENGTH(datetime_cases));
    tcase_add_loop_test(cases, times, 0, LENGTH(time_cases));
    tcase_add_loop_test(cases, declared_formats, 0, LENGTH(declared_cases));
    tcase_add_loop_test(cases, declared_months, 0, LENGTH(month_cases));
    tcase_add_loop_test(cases, month_names, 0, LENGTH(name_cases));
    tcase_add_loop_test(cases, format_problems, 0, LENGTH(format_cases));
    tcase_add_test(cases, no_text_means_two_days);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
