#include "crfd/study/event.h"

#include <string.h>

bool
event_number(const struct event *event, const char *name, size_t length, int64_t *out)
{
    size_t at = event->is_pattern ? strlen(event->name) - 1 : length;
    bool negative = at < length && name[at] == '-';
    int64_t number = 0;

    if (at < length && (name[at] == '-' || name[at] == '+'))
        at++;
    if (at >= length)
        return false;
    for (; at < length; at++) {
        /* Counted downwards: the lowest bigint has no positive counterpart. */
        if (name[at] < '0' || name[at] > '9' || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, name[at] - '0', &number))
            return false;
    }
    if (!negative && __builtin_sub_overflow(0, number, &number))
        return false;
    *out = number;
    return true;
}

int32_t
event_study_day(int32_t plan)
{
    return plan >= 0 ? plan + 1 : plan;
}

int32_t
event_plan_of_day(int32_t study_day)
{
    return study_day > 0 ? study_day - 1 : study_day;
}

bool
event_plan(const struct event *event, const int64_t *number, int32_t *out)
{
    int64_t plan = event_plan_of_day(event->day);
    int64_t behind_first;

    if (!event->has_day)
        return false;
    if (event->every > 0) {
        if (number == NULL || __builtin_sub_overflow(*number, 1, &behind_first) ||
            __builtin_mul_overflow(behind_first, event->every, &behind_first) ||
            __builtin_add_overflow(plan, behind_first, &plan))
            return false;
    }
    if (plan < -EVENT_PLAN_MAX || plan > EVENT_PLAN_MAX)
        return false;
    *out = (int32_t)plan;
    return true;
}

bool
event_is_visit(const struct event *event)
{
    return !event->unscheduled && (event->has_day || event->form_count > 0);
}

int
event_numbers_max(const struct event *event)
{
    int numbers = (EVENT_PLAN_MAX - event_plan_of_day(event->day)) / event->every + 1;

    return numbers < EVENT_NUMBERS_MAX ? numbers : EVENT_NUMBERS_MAX;
}
