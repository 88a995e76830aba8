/* Any text as a study definition: a study, or problems that can be shown. */
#include "crfd/base/strbuf.h"
#include "crfd/definition/load.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena arena;
    struct definition definition;
    struct problems problems;
    struct err err = {0};

    arena_init(&arena, 65536, 0);
    problems_init(&problems, &arena, "study.json");
    if (definition_parse(&arena, "study.json", (const char *)bytes, size, &definition, &problems, &err)) {
        FUZZ_REQUIRE(problems.count == 0, "a study in spite of problems");
        FUZZ_REQUIRE(definition.study != NULL && definition.study->form_count > 0, "a study without forms");
    } else {
        FUZZ_REQUIRE(err.kind != ERR_NONE, "refused without an error");
        FUZZ_REQUIRE(err.kind != ERR_CONFIG || problems.count > 0, "refused without a problem");
    }
    arena_destroy(&arena);
    return 0;
}
