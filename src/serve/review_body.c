#include "review_body.h"

#include "crfd/base/strbuf.h"
#include "crfd/base/utf8.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define ID_MAX 9007199254740992.0 /* that a number of JSON holds exactly */

/* cJSON would end a text at a NUL, however it is written. */
static bool
is_sound(const char *text, size_t length)
{
    if (strlen(text) != length || strstr(text, "\\u0000") != NULL)
        return false;
    for (size_t at = 0, size; at < length; at += size) {
        int32_t c;

        size = utf8_decode(text + at, length - at, &c);
        if (size == 0)
            return false;
    }
    return true;
}

static bool
is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

static const char *
take_finding(struct arena *arena, const cJSON *entry, struct review_finding *out)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(entry, "finding_id");
    const char *version = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "version"));

    if (!cJSON_IsNumber(id) || id->valuedouble < 1 || id->valuedouble > ID_MAX ||
        (double)(int64_t)id->valuedouble != id->valuedouble)
        return "each of \"findings\" has a \"finding_id\", a number";
    if (version == NULL || cJSON_GetArraySize(entry) != 2)
        return "each of \"findings\" has the \"version\" that was shown, and nothing else";
    out->finding_id = (int64_t)id->valuedouble;
    out->version = arena_strdup(arena, version);
    return NULL;
}

static const char *
take_findings(struct arena *arena, const cJSON *list, struct review_body *out)
{
    int count = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
    struct review_finding *findings = arena_array(arena, struct review_finding, (size_t)count + 1);
    const char *mistake = NULL;
    struct strbuf ids;

    if (count < 1 || count > REVIEW_FINDINGS_MAX)
        return "\"findings\" is a list of 1 to 200";
    strbuf_init(&ids);
    for (int i = 0; i < count && mistake == NULL; i++) {
        mistake = take_finding(arena, cJSON_GetArrayItem(list, i), &findings[i]);
        for (int j = 0; j < i && mistake == NULL; j++)
            if (findings[j].finding_id == findings[i].finding_id)
                mistake = "a finding is in \"findings\" twice";
        strbuf_printf(&ids, "%c%" PRId64, i == 0 ? '{' : ',', findings[i].finding_id);
    }
    strbuf_append_char(&ids, '}');
    out->ids = arena_strdup(arena, ids.text);
    out->findings = findings;
    out->count = (size_t)count;
    strbuf_destroy(&ids);
    return mistake;
}

const char *
review_body_parse(struct arena *arena, const char *text, size_t length, struct review_body *out)
{
    cJSON *document = is_sound(text, length) ? cJSON_ParseWithOpts(text, NULL, true) : NULL;
    const char *note = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, "note"));
    const char *mistake = NULL;

    *out = (struct review_body){.note = NULL};
    if (!cJSON_IsObject(document) || cJSON_GetArraySize(document) != 2)
        mistake = "the body is no JSON object of \"note\" and \"findings\"";
    else if (note == NULL || is_blank(note))
        mistake = "\"note\" is missing: the auditor will ask why";
    else
        mistake = take_findings(arena, cJSON_GetObjectItemCaseSensitive(document, "findings"), out);
    if (mistake == NULL)
        out->note = arena_strdup(arena, note);
    cJSON_Delete(document);
    return mistake;
}
