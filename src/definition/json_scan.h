/*
 * json_scan.h: is a text JSON (RFC 8259) with comments, and if not, where and why?
 *
 * cJSON builds the tree; it takes more than JSON and tells a mistake only by its place. People write these
 * files by hand, so the mistakes they make are found here and told in words.
 *
 * Threads: pure.
 */
#ifndef CRFD_DEFINITION_JSON_SCAN_H
#define CRFD_DEFINITION_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_DEPTH_MAX 32 /* lists and objects in one another */

struct json_mistake {
    size_t offset; /* byte in the text; its length where it ends too early */
    char message[256];
};

/*
 * Checks the text (UTF-8, grammar, no NUL character even if escaped, nesting) and blanks out in place what cJSON
 * does not know: comments (both kinds) and a byte order mark. Every other byte stays where it is. False at the
 * first mistake.
 */
bool json_scan(char *text, size_t length, struct json_mistake *mistake);

#endif
