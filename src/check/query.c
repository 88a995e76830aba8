#include "query.h"

const char *
aggregate_name(enum aggregate_kind kind)
{
    static const char *const names[AGGREGATE_KIND_COUNT] = {
        [AGGREGATE_COUNT] = "count",     [AGGREGATE_SUM] = "sum", [AGGREGATE_AVG] = "avg",
        [AGGREGATE_MIN] = "min",         [AGGREGATE_MAX] = "max", [AGGREGATE_BOOL_AND] = "bool_and",
        [AGGREGATE_BOOL_OR] = "bool_or",
    };

    return names[kind];
}
