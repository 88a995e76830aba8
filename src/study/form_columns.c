#include "crfd/study/form_columns.h"

#include <string.h>

const struct column_type_row column_types[COLUMN_TYPE_COUNT] = {
    [COLUMN_TEXT] = {"text COLLATE \"C\"", "text COLLATE \"C\"", VALUE_TEXT},
    [COLUMN_INT4] = {"int", "integer", VALUE_INTEGER},
    [COLUMN_INT8] = {"bigint", "bigint", VALUE_INTEGER},
    [COLUMN_BOOLEAN] = {"boolean", "boolean", VALUE_BOOLEAN},
    [COLUMN_TIMESTAMPTZ] = {"timestamptz", "timestamp with time zone", VALUE_INSTANT},
    [COLUMN_JSONB] = {"jsonb", "jsonb", VALUE_TEXT},
};

const struct form_column_row form_columns[FORM_COLUMN_COUNT] = {
    [COLUMN_CENTER_ID] = {"center_id", COLUMN_TEXT, COLUMN_IN_KEY, true, false},
    [COLUMN_SUBJECT_ID] = {"subject_id", COLUMN_TEXT, COLUMN_IN_KEY, true, false},
    [COLUMN_EVENT] = {"event", COLUMN_TEXT, COLUMN_IN_KEY, true, false},
    [COLUMN_EVENT_REPEAT] = {"event_repeat", COLUMN_INT4, COLUMN_IN_KEY, true, false},
    [COLUMN_FORM_REPEAT] = {"form_repeat", COLUMN_INT4, COLUMN_IN_KEY, true, false},
    [COLUMN_EVENT_ORDER] = {"event_order", COLUMN_INT4, COLUMN_IN_CONTENT, true, false},
    [COLUMN_EVENT_NUMBER] = {"event_number", COLUMN_INT8, COLUMN_IN_CONTENT, true, true},
    [COLUMN_EVENT_DAY] = {"event_day", COLUMN_INT4, COLUMN_IN_CONTENT, true, true},
    [COLUMN_UNSCHEDULED] = {"unscheduled", COLUMN_BOOLEAN, COLUMN_IN_CONTENT, true, true},
    [COLUMN_SUBMITTED_AT] = {"submitted_at", COLUMN_TIMESTAMPTZ, COLUMN_IN_CONTENT, true, false},
    [COLUMN_MISSING] = {"missing", COLUMN_JSONB, COLUMN_IN_CONTENT, false, true},
    [COLUMN_RUN_ID] = {"run_id", COLUMN_INT8, COLUMN_OF_RUN, false, false},
};

enum form_column
form_column_named(const char *name)
{
    int column = 0;

    while (column < FORM_COLUMN_COUNT && strcmp(form_columns[column].name, name) != 0)
        column++;
    return (enum form_column)column;
}
