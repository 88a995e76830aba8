/*
 * The year of a date, which may be of another calendar (2563 of the Buddhist one) or short of a digit (0206): the date is one,
 * and no rule of its form minds it, but nobody meant it. A bound that the item's range gives is closer, and takes its place: so a
 * birth date with a minimum may be that of a centenarian.
 */
#include "rule_kinds.h"

#include <stdlib.h>

/* No hundred years are shorter than so many days. */
enum { FAR_YEARS = 100, NEAR_DAYS = 36500 };

/* That the range leaves the side open. */
static bool
asks_back(const struct item *item)
{
    return item->range == NULL || (item->range->min.is_null && !item->range->min_is_night);
}

static bool
asks_ahead(const struct item *item)
{
    return item->range == NULL || (item->range->max.is_null && !item->range->max_is_night);
}

static bool
declares(const struct form *form, const struct item *item)
{
    (void)form;
    switch (item->type) {
    case VALUE_DATE:
    case VALUE_PARTIAL_DATE:
    case VALUE_DATETIME:
    case VALUE_PARTIAL_DATETIME:
    case VALUE_INSTANT:
        return item_is_entered(item) && (asks_back(item) || asks_ahead(item));
    default:
        return false;
    }
}

static bool
is_timed(const struct rule *rule)
{
    (void)rule;
    return true;
}

/* ---- On a page ---- */

static int32_t
find_day(const struct rule_case *asked)
{
    int32_t earliest, latest;

    rule_find_days(rule_item(asked->rule), asked->value, &earliest, &latest);
    return earliest;
}

/* The year of a day, also of a partial date's first one, and how many behind the night's it is. */
static int
year_of(int32_t day, int32_t night, int *ahead)
{
    int year = date_to_civil(day).year;

    *ahead = year - date_to_civil(night).year;
    return year;
}

static bool
is_near(int32_t day, int32_t night)
{
    return day > night - NEAR_DAYS && day < night + NEAR_DAYS;
}

static bool
is_violated(const struct rule_case *asked)
{
    const struct item *item = rule_item(asked->rule);
    int32_t day = find_day(asked), night = asked->subject->night;
    int ahead;

    if (is_near(day, night))
        return false;
    (void)year_of(day, night, &ahead);
    return (ahead > FAR_YEARS && asks_ahead(item)) || (ahead < -FAR_YEARS && asks_back(item));
}

/*
 * A year comes nearer until it is the night's own, and is too far back when a hundred more have passed. For a date that is
 * near, as nearly all are, that is not before so many days, and then it is looked at again: no year need be worked out.
 */
static bool
changes(const struct rule_case *asked, int32_t *day)
{
    const struct item *item = rule_item(asked->rule);
    int32_t own = find_day(asked), night = asked->subject->night;
    int ahead, year;

    if (is_near(own, night)) {
        *day = own + NEAR_DAYS;
        return asks_back(item);
    }
    year = year_of(own, night, &ahead);
    if (ahead > FAR_YEARS && asks_ahead(item))
        return date_from_civil(year - FAR_YEARS, 1, 1, day);
    return ahead >= -FAR_YEARS && asks_back(item) && date_from_civil(year + FAR_YEARS + 1, 1, 1, day);
}

static void
tell(const struct rule_case *asked, struct verdict *out)
{
    int ahead, year = year_of(find_day(asked), asked->subject->night, &ahead);

    strbuf_printf(out->message, "%s ", rule_item_label(rule_item(asked->rule)));
    value_append_text(asked->value, out->message);
    strbuf_printf(out->message, ": the year %04d is more than %d years ", year, FAR_YEARS);
    strbuf_append(out->message, ahead > 0 ? "ahead" : "ago");
}

/* ---- In SQL ---- */

static void
append_condition(struct strbuf *out, const struct twin_scope *scope, const struct rule *rule)
{
    const struct item *item = rule_item(rule);
    int night = (int)strtol(scope->night, NULL, 10);

    if (asks_back(item)) {
        rule_twin_append_day(out, rule, false);
        strbuf_printf(out, " < make_date(%d, 1, 1)", night - FAR_YEARS);
    }
    if (asks_back(item) && asks_ahead(item))
        strbuf_append(out, " OR ");
    if (asks_ahead(item)) {
        rule_twin_append_day(out, rule, false);
        strbuf_printf(out, " > make_date(%d, 12, 31)", night + FAR_YEARS);
    }
}

const struct rule_kind rule_year = {
    .name = "year",
    .words = "the year is not more than a hundred years from the night's",
    .scope = RULE_OF_ITEM,
    .when = RULE_WHEN_TYPED,
    .declares = declares,
    .is_timed = is_timed,
    .changes = changes,
    .is_violated = is_violated,
    .tell = tell,
    .append_condition = append_condition,
};
