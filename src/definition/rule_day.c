/* The days that a value of an item may mean, here and in SQL. */
#include "crfd/base/sql_text.h"
#include "rule_kinds.h"

void
rule_find_days(const struct item *item, const struct value *value, int32_t *earliest, int32_t *latest)
{
    switch ((enum value_type)value->type) {
    case VALUE_DATETIME:
        *earliest = *latest = datetime_to_date(value->datetime);
        break;
    case VALUE_INSTANT:
        *earliest = *latest =
            datetime_to_date(item->zone != NULL ? zone_local(item->zone, value->datetime) : value->datetime);
        break;
    case VALUE_PARTIAL_DATE:
    case VALUE_PARTIAL_DATETIME:
        *earliest = datetime_to_date(partial_date_earliest_us(value->partial));
        *latest = datetime_to_date(partial_date_latest_us(value->partial));
        break;
    default:
        *earliest = *latest = value->date;
        break;
    }
}

void
rule_twin_append_day(struct strbuf *out, const struct rule *rule, bool latest)
{
    const struct item *item = rule_item(rule);
    bool is_partial = item->type == VALUE_PARTIAL_DATE || item->type == VALUE_PARTIAL_DATETIME;

    if (is_partial)
        strbuf_append(out, latest ? "crfd.latest(" : "crfd.earliest(");
    if (item->type == VALUE_INSTANT)
        strbuf_append_char(out, '(');
    rule_twin_append_item(out, rule);
    if (item->type == VALUE_INSTANT) {
        strbuf_append(out, " AT TIME ZONE ");
        sql_text_append_literal(out, item->zone != NULL ? item->zone->name : "UTC");
        strbuf_append_char(out, ')');
    }
    strbuf_append(out, is_partial ? ")::date" : "::date");
}
