#include "get_check.h"

#include "crfd/base/json_text.h"
#include "crfd/definition/ddl.h"
#include "crfd/definition/rule_book.h"
#include "crfd/definition/rule_twin.h"
#include "server.h"

#include <string.h>
#include <time.h>

static void
append(struct strbuf *out, const char *key, const char *text)
{
    strbuf_printf(out, "%s\"%s\": ", out->length > 1 ? ", " : "", key);
    if (text != NULL)
        json_text_append_shown(out, text, strlen(text));
    else
        strbuf_append(out, "null");
}

/* By language; "" of a study that has one only. Those that the kind of rule has are not in the study. */
static void
append_messages(struct strbuf *out, const struct study *study, const struct message_set *set)
{
    bool has_one = false;

    strbuf_append(out, ", \"messages\": {");
    for (size_t i = 0; set != NULL && i < STUDY_LANGUAGES_MAX; i++) {
        const char *language = study->language_count > i ? study->languages[i] : "";

        if (set->in[i] == NULL)
            continue;
        strbuf_append(out, has_one ? ", " : "");
        json_text_append_shown(out, language, strlen(language));
        strbuf_append(out, ": ");
        json_text_append_shown(out, set->in[i]->text, strlen(set->in[i]->text));
        has_one = true;
    }
    strbuf_append_char(out, '}');
}

static void
append_twin(struct strbuf *out, struct request *request, const struct rule *rule)
{
    time_t now = time(NULL);
    char today[16];
    struct twin_scope scope = {
        .arena = &request->arena, .definition = request->server->definition, .night = today};
    const char *lack = rule_twin_lack(&scope, rule);
    struct strbuf sql;
    struct tm local;

    localtime_r(&now, &local);
    strftime(today, sizeof today, "%Y-%m-%d", &local);
    strbuf_init(&sql);
    if (lack == NULL) {
        rule_twin_append(&sql, &scope, rule);
        strbuf_append(&sql, "\nORDER BY ");
        ddl_append_key(&sql, "");
        strbuf_append_char(&sql, ';');
    }
    append(out, "twin", lack == NULL ? sql.text : NULL);
    append(out, "twin_lack", lack);
    strbuf_printf(out, ", \"reads_night\": %s", rule_twin_reads_night(rule) ? "true" : "false");
    strbuf_destroy(&sql);
}

static void
append_rule(struct strbuf *out, struct request *request, const struct rule *rule)
{
    const struct item *item = rule_item(rule);
    struct strbuf words;

    strbuf_append_char(out, '{');
    append(out, "check_id", rule->id);
    append(out, "kind", rule->check != NULL ? "check" : rule->kind->name);
    append(out, "form", rule->form != NULL ? rule->form->name : NULL);
    append(out, "item", rule_item_name(rule));
    append(out, "severity", severity_name(rule->severity));
    append(out, "category", rule->category);
    append(out, "text",
           rule->check != NULL                     ? rule->check->text
           : rule->program != NULL && item != NULL ? item->derive
                                                   : NULL);
    strbuf_init(&words);
    rule_say(&words, rule);
    append(out, "words", words.text);
    strbuf_destroy(&words);
    append_messages(out, request->server->definition->study, rule->message);
    append_twin(out, request, rule);
    strbuf_append(out, "}\n");
}

void
get_check(struct request *request)
{
    const struct rulebook *rules = request->server->definition->rules;
    const char *id = request->target.segments[2];
    const struct rule *rule = rulebook_find(rules, id);
    const char *close;

    if (rule != NULL) {
        append_rule(&request->answer.text, request, rule);
        answer_json(&request->answer);
        return;
    }
    close = rulebook_suggest(rules, &request->arena, id);
    answer_refuse(&request->answer, MHD_HTTP_NOT_FOUND, "the study has no check \"%s\"%s%s%s", id,
                  close != NULL ? "; did you mean \"" : "", close != NULL ? close : "",
                  close != NULL ? "\"?" : "");
}
