/* Calls a fuzz target for every file of the folder that is named, in the order of their names. */
#include "fuzz.h"

#include <dirent.h>
#include <string.h>

static unsigned char *
read_bytes(const char *folder, const char *name, size_t *size)
{
    char path[512];
    FILE *file;
    unsigned char *bytes = malloc(1);
    size_t room = 1;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    FUZZ_REQUIRE(file != NULL && bytes != NULL, path);
    *size = 0;
    for (size_t got; (got = fread(bytes + *size, 1, room - *size, file)) > 0;) {
        *size += got;
        if (*size < room)
            continue;
        room *= 2;
        bytes = realloc(bytes, room);
        FUZZ_REQUIRE(bytes != NULL, path);
    }
    fclose(file);
    return bytes;
}

int
main(int argc, char **argv)
{
    struct dirent **entries;
    int count = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
    int replayed = 0;

    FUZZ_REQUIRE(count >= 0, "usage: fuzz_TARGET CORPUS");
    printf("1..1\n");
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            size_t size;
            unsigned char *bytes = read_bytes(argv[1], entries[i]->d_name, &size);

            /* A sanitizer sees what is read behind the end of a block of exactly this size. */
            unsigned char *exact = malloc(size > 0 ? size : 1);

            FUZZ_REQUIRE(exact != NULL, "out of memory");
            memcpy(exact, bytes, size);
            (void)LLVMFuzzerTestOneInput(exact, size);
            free(exact);
            free(bytes);
            replayed++;
        }
        free(entries[i]);
    }
    free(entries);
    FUZZ_REQUIRE(replayed > 0, "the corpus is empty");
    printf("ok 1 - %d inputs\n", replayed);
    return EXIT_SUCCESS;
}
