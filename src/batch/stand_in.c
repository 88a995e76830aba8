#include "stand_in.h"

#include "crfd/base/hex.h"

#include <openssl/evp.h>
#include <string.h>

#define DIGEST_BYTES 32

static bool
equals(const char *id, size_t length, const char *text)
{
    return length == strlen(text) && memcmp(id, text, length) == 0;
}

bool
stand_in_is(const char *id, size_t length)
{
    size_t prefix = sizeof STAND_IN_HASH - 1;

    return equals(id, length, STAND_IN_NULL) || (length >= prefix && memcmp(id, STAND_IN_HASH, prefix) == 0);
}

bool
stand_in_is_needed(const char *id, size_t length)
{
    return id == NULL || length > STAND_IN_ID_MAX || stand_in_is(id, length);
}

const char *
stand_in_make(struct arena *arena, const char *id, size_t length, struct err *err)
{
    unsigned char digest[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1];

    if (id == NULL)
        return STAND_IN_NULL;
    if (EVP_Digest(id, length, digest, NULL, EVP_sha256(), NULL) != 1) {
        err_set(err, ERR_INTERNAL, "computing the SHA-256 of an id of %zu bytes failed", length);
        return NULL;
    }
    hex_encode(digest, sizeof digest, hex);
    return arena_printf(arena, STAND_IN_HASH "%s)", hex);
}
