/*
 * date_pattern.h: one way to write a date or a time, such as DD-MON-YYYY, and reading a text by it.
 *
 * YYYY; YY (70..99 are 19yy, 00..69 are 20yy, as PostgreSQL's to_date); MM M; DD D; MON MONTH; HH24 HH; MI;
 * SS (with a fraction of up to six digits); AM or PM (then HH counts to 12). MM, DD and HH take one digit or
 * two unless digits follow them at once; MON and MONTH take English names, short or full, in any case,
 * Chinese ones, and those that the study declares. Numbers of a date may be Chinese (二〇一四年三月五日). `T`, punctuation, blanks and all that is
 * not ASCII stand for themselves; a blank next to a Chinese character may be there or not.
 *
 * Instead of a date's part a text may say that it is unknown: UN, UNK, UNKN, UNKNOWN, UK, NK, X's, question
 * marks or hyphens, 未知, 不详, 不明. Then the suffix 年月日时分秒 may be left out, and so may all that follows.
 *
 * Threads: pure functions; a pattern is const.
 * Memory:  a pattern lives in the arena it was built in.
 */
#ifndef CRFD_CLEAN_DATE_PATTERN_H
#define CRFD_CLEAN_DATE_PATTERN_H

#include "crfd/base/arena.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From the largest to the smallest, so that what is known is a run of low bits. */
enum date_part { DATE_YEAR, DATE_MONTH, DATE_DAY, DATE_HOUR, DATE_MINUTE, DATE_SECOND, DATE_PART_COUNT };

#define DATE_PART_BIT(part) (1U << (part))
#define DATE_DAY_PARTS      (DATE_PART_BIT(DATE_YEAR) | DATE_PART_BIT(DATE_MONTH) | DATE_PART_BIT(DATE_DAY))
#define DATE_CLOCK_PARTS    (DATE_PART_BIT(DATE_HOUR) | DATE_PART_BIT(DATE_MINUTE))

enum meridiem {
    MERIDIEM_NONE,
    MERIDIEM_AM,
    MERIDIEM_PM,
    MERIDIEM_SHANGWU /* 上午: as AM, but 上午12:30 may mean noon or midnight */
};

/* What a text said. Ranges and the calendar are not checked here. */
struct date_reading {
    int parts[DATE_PART_COUNT];
    int microsecond;
    unsigned known;   /* bits of the parts that were given */
    unsigned unknown; /* bits of the parts that were said to be unknown */
    enum meridiem meridiem;
    bool loose; /* a part had fewer digits than ISO 8601 gives it, or was Chinese */
};

struct date_pattern;
struct month_names;

/* NULL, and a reason as static text, where the pattern is none. It borrows the names, of which there may be none (NULL). */
const struct date_pattern *date_pattern_new(struct arena *arena, const char *pattern,
                                            const struct month_names *months, const char **reason);

/* The i-th word that a pattern may have; NULL behind the last. */
const char *date_pattern_word(size_t i);

/* Bits of the parts that the pattern asks for. */
unsigned date_pattern_parts(const struct date_pattern *pattern);

/*
 * Reads the beginning of a cleaned text and adds what it says to the reading. Returns the bytes read; 0, with
 * the reading unspecified, where the text does not begin so.
 */
size_t
date_pattern_match(const struct date_pattern *pattern, struct text_span text, struct date_reading *reading);

#endif
