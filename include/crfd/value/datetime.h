/*
 * datetime.h: days, instants without a zone, and times of day, counted as PostgreSQL counts them.
 *
 * A date is days since 2000-01-01, a datetime microseconds since 2000-01-01 00:00, a time microseconds
 * since midnight; all in the proleptic Gregorian calendar (ISO 8601). Years 1 to 9999: clinical data has no
 * others, and PostgreSQL holds them all.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_VALUE_DATETIME_H
#define CRFD_VALUE_DATETIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATETIME_US_PER_DAY INT64_C(86400000000)
#define DATETIME_UNIX_US    INT64_C(946684800000000) /* 1970-01-01 to 2000-01-01 */
#define DATETIME_TEXT_MAX   40

struct civil {
    int year, month, day; /* 1..9999, 1..12, 1..31 */
};

/* False where the calendar has no such day. */
bool date_from_civil(int year, int month, int day, int32_t *out);
struct civil date_to_civil(int32_t days);
int date_days_in_month(int year, int month);

/* The day an instant lies in. */
int32_t datetime_to_date(int64_t us);

/* Text as PostgreSQL prints with DateStyle ISO: 2014-03-05, 2014-03-05 11:45:00.5, 11:45:00. Returns the length. */
size_t date_format(int32_t days, char text[DATETIME_TEXT_MAX]);
size_t datetime_format(int64_t us, char text[DATETIME_TEXT_MAX]);
size_t time_format(int64_t us, char text[DATETIME_TEXT_MAX]);

#endif
