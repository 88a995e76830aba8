/*
 * event.h: where an event stands in the order of a study and in its plan.
 *
 * Events stand in the order of the definition. Those of one numbered event ("CYCLE *") follow their numbers, CYCLE 2
 * before CYCLE 10; behind them come those without a number, and what is equal then is ordered by the name.
 *
 * Study days are those of CDISC (SDTM, --DY): day 1 is the first, the day before it is -1. A plan counts in days from
 * day 1 instead, where 0 is day 1 and -1 day -1.
 *
 * Threads: pure functions.
 */
#ifndef CRFD_STUDY_EVENT_H
#define CRFD_STUDY_EVENT_H

#include "crfd/study/study.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Days from day 1 beyond which an event has no planned day: a date that far away is nobody's plan. */
#define EVENT_PLAN_MAX 1000000

#define EVENT_NUMBERS_MAX 1000 /* of one event that can be missed by a subject */

/*
 * What stands for the star in the name of such an event, where it is a whole number that a bigint holds: a sign, or
 * none, and digits. 02 is 2, and 1.1 is none.
 */
bool event_number(const struct event *event, const char *name, size_t length, int64_t *out);

/* When the event is planned, in days from day 1; number: event_number(), NULL where there is none. False: not at all. */
bool event_plan(const struct event *event, const int64_t *number, int32_t *out);

/*
 * Is it a visit, which tells that time has passed, and can be missed? An event without a planned day that lists no forms is
 * a log: nobody knows when it takes place. What is unscheduled is none.
 */
bool event_is_visit(const struct event *event);

/* How many numbers of an event that has `every` can be missed, from 1 on. */
int event_numbers_max(const struct event *event);

/* A planned day as a study day, and back. */
int32_t event_study_day(int32_t plan);
int32_t event_plan_of_day(int32_t study_day);

#endif
