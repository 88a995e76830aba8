#include "crfd/batch/check_list.h"

#include "crfd/base/strbuf.h"
#include "crfd/definition/rule_book.h"

#include "queries.h"

struct rule_arrays {
    struct strbuf ids;
    struct strbuf kinds;
    struct strbuf forms;
};

static void
add_rules(struct rule_arrays *arrays, const struct rulebook *rules)
{
    strbuf_append_char(&arrays->ids, '{');
    strbuf_append_char(&arrays->kinds, '{');
    strbuf_append_char(&arrays->forms, '{');
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->rules[i];

        conn_append_array_element(&arrays->ids, rule->id);
        conn_append_array_element(&arrays->kinds, rule->check != NULL ? "check" : rule->kind->name);
        conn_append_array_element(&arrays->forms, rule->form != NULL ? rule->form->name : "");
    }
    strbuf_append_char(&arrays->ids, '}');
    strbuf_append_char(&arrays->kinds, '}');
    strbuf_append_char(&arrays->forms, '}');
}

PGresult *
check_list_ask(struct conn *conn, const struct definition *definition, struct err *err)
{
    struct rule_arrays arrays;
    PGresult *rows;

    strbuf_init(&arrays.ids);
    strbuf_init(&arrays.kinds);
    strbuf_init(&arrays.forms);
    add_rules(&arrays, definition->rules);
    rows = conn_query(conn, "listing the checks", sql_list_checks,
                      (const struct conn_param[]){CONN_TEXT(arrays.ids.text), CONN_TEXT(arrays.kinds.text),
                                                  CONN_TEXT(arrays.forms.text),
                                                  CONN_TEXT(definition->study->digest)},
                      4, err);
    strbuf_destroy(&arrays.ids);
    strbuf_destroy(&arrays.kinds);
    strbuf_destroy(&arrays.forms);
    return rows;
}
