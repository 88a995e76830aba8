/*
 * generate_text.h: dates, decimals and letters as people at two kinds of centers write them.
 *
 * Written apart from src/value and src/clean on purpose: what the generator expects must not come from the
 * code that is tested against it.
 *
 * Threads: pure functions.
 * Memory:  texts live in the given arena.
 */
#ifndef CRFD_TESTS_GENERATE_TEXT_H
#define CRFD_TESTS_GENERATE_TEXT_H

#include "crfd/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* Days since 1970-01-01 to 2024-03-05, and back; text_to_day is false where the text is no complete ISO date. */
char *text_date(struct arena *arena, int day);
bool text_to_day(const char *text, int *day);

/* An ISO date that may be short (2024, 2024-03, 2024-03-05), written in other ways. */
char *text_date_english(struct arena *arena, const char *iso); /* 05-MAR-2024, MAR-2024, 2024 */
char *text_date_chinese(struct arena *arena, const char *iso); /* 2024年3月5日, 2024年3月, 2024年 */
char *text_date_slashes(struct arena *arena, const char *iso); /* 2024/03/05 */
char *
text_date_unknown(struct arena *arena, const char *iso); /* 2024-03 as UN-MAR-2024, 2024 as UN-UNK-2024 */

/* coefficient * 10^-scale, with all digits of the scale. */
char *text_decimal(struct arena *arena, int64_t coefficient, int scale);
/* The coefficient and scale of 12.50: 1250 and 2. */
int64_t text_coefficient(const char *decimal, int *scale);
/* 1234567.8 as 1,234,567.8; NULL where there is nothing to group. */
char *text_grouped(struct arena *arena, const char *decimal);

/* The printable ASCII characters in their full-width forms (U+FF01..U+FF5E); NULL where there are none. */
char *text_wide(struct arena *arena, const char *text);
/* ASCII letters in lower case. */
char *text_lower(struct arena *arena, const char *text);

/* A JSON string, quoted and escaped. */
char *text_json(struct arena *arena, const char *text);

#endif
