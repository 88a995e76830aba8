/* Any bytes as the JSON of a page: members that lie where they should, or a sentence why not. */
#include "crfd/batch/page_json.h"

#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena;
    struct page_members members = {NULL, 0};
    const char *why;
    char *text = malloc(size + 1);

    page_json_init();
    arena_init(&arena, 4096, 0);
    /* With a NUL behind it, as values come from libpq. */
    FUZZ_REQUIRE(text != NULL, "out of memory");
    memcpy(text, bytes, size);
    text[size] = '\0';
    why = page_json_parse(&arena, text, size, &members);
    if (why != NULL) {
        FUZZ_REQUIRE(why[0] != '\0', "refused without a reason");
        members.count = 0;
    }
    FUZZ_REQUIRE(members.count <= PAGE_MAX_MEMBERS, "too many members");
    for (size_t i = 0; i < members.count; i++) {
        const struct page_member *member = &members.list[i];

        FUZZ_REQUIRE(strlen(member->key) == member->key_length, "a key holds a NUL");
        FUZZ_REQUIRE(member->key_length <= PAGE_KEY_MAX, "a key is too long");
        if (member->raw != NULL)
            FUZZ_REQUIRE(memchr(member->raw, 0, member->raw_length) == NULL, "a value holds a NUL");
    }
    arena_destroy(&arena);
    free(text);
    return 0;
}
