#include "get_session.h"

#include "crfd/definition/rule_book.h"
#include "server.h"

#include <cjson/cJSON.h>
#include <string.h>

/* A text, or null. */
static void
add_text(cJSON *object, const char *key, const char *text)
{
    if (text != NULL)
        cJSON_AddStringToObject(object, key, text);
    else
        cJSON_AddNullToObject(object, key);
}

static void
add_study(cJSON *root, const struct study *study)
{
    cJSON *object = cJSON_AddObjectToObject(root, "study");
    cJSON *languages;

    add_text(object, "name", study->name);
    add_text(object, "version", study->version);
    add_text(object, "digest", study->digest);
    languages = cJSON_AddArrayToObject(object, "languages");
    for (size_t i = 0; i < study->language_count; i++)
        cJSON_AddItemToArray(languages, cJSON_CreateString(study->languages[i]));
}

/* What a form or an item is called: by its name where it has no label, in each language of the study. */
static void
add_label(cJSON *object, const struct study *study, const char *label, const char *const *labels)
{
    cJSON *each;

    add_text(object, "label", label != NULL && label[0] != '\0' ? label : NULL);
    if (study->language_count == 0) {
        cJSON_AddNullToObject(object, "labels");
        return;
    }
    each = cJSON_AddObjectToObject(object, "labels");
    for (size_t i = 0; labels != NULL && i < study->language_count; i++)
        if (labels[i] != NULL)
            cJSON_AddStringToObject(each, study->languages[i], labels[i]);
}

static void
add_forms(cJSON *root, const struct study *study)
{
    cJSON *forms = cJSON_AddArrayToObject(root, "forms");

    for (size_t i = 0; i < study->form_count; i++) {
        const struct form *form = &study->forms[i];
        cJSON *entry = cJSON_CreateObject(), *items;

        add_text(entry, "form", form->name);
        add_label(entry, study, form->label, form->labels);
        items = cJSON_AddArrayToObject(entry, "items");
        for (size_t j = 0; j < form->item_count; j++) {
            cJSON *item = cJSON_CreateObject();

            add_text(item, "item", form->items[j].name);
            add_label(item, study, form->items[j].label, form->items[j].labels);
            cJSON_AddItemToArray(items, item);
        }
        cJSON_AddItemToArray(forms, entry);
    }
}

static bool
has_text(const cJSON *list, const char *text)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, list) if (strcmp(entry->valuestring, text) == 0) return true;
    return false;
}

static void
add_names(cJSON *root, const struct definition *definition)
{
    cJSON *events = cJSON_AddArrayToObject(root, "events");
    cJSON *categories = cJSON_AddArrayToObject(root, "categories");

    for (size_t i = 0; i < definition->study->event_count; i++)
        cJSON_AddItemToArray(events, cJSON_CreateString(definition->study->events[i].name));
    for (size_t i = 0; i < definition->rules->count; i++) {
        const char *category = definition->rules->rules[i].category;

        if (category != NULL && !has_text(categories, category))
            cJSON_AddItemToArray(categories, cJSON_CreateString(category));
    }
}

void
get_session(struct request *request)
{
    const struct server *server = request->server;
    const struct config *config = server->config;
    cJSON *root = cJSON_CreateObject();
    char *text;

    add_text(root, "instance", config->instance);
    add_text(root, "version", CRFD_VERSION);
    add_text(root, "timezone", config->timezone);
    add_text(root, "user", request->user);
    cJSON_AddBoolToObject(root, "review", request->user != NULL && config->serve_review);
    add_study(root, server->definition->study);
    add_forms(root, server->definition->study);
    add_names(root, server->definition);
    text = cJSON_PrintUnformatted(root);
    strbuf_append(&request->answer.text, text);
    cJSON_free(text);
    cJSON_Delete(root);
    answer_json(&request->answer);
}
