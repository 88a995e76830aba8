#include "crfd/batch/retry.h"

#include "crfd/base/clock.h"

#include <poll.h>
#include <string.h>
#include <sys/random.h>

#define PAUSE_MAX_MS INT64_C(60000)

bool
retry_is_passing(const struct err *err)
{
    return err->kind == ERR_UNAVAILABLE || err->kind == ERR_RETRY;
}

bool
retry_is_crowded(const struct err *err)
{
    return strcmp(err->sqlstate, "53300") == 0;
}

static int64_t
pause_ms(int64_t backoff_ms, int attempt)
{
    int64_t pause = backoff_ms;
    uint16_t random = 0;

    for (int i = 1; i < attempt && pause < PAUSE_MAX_MS; i++)
        pause *= 2;
    if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    /* Without randomness the pause is merely not jittered. */
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
        random = UINT16_MAX / 2 + 1;
    return pause * 3 / 4 + pause * random / (2 * (int64_t)UINT16_MAX);
}

bool
retry_pause(struct context *context, int64_t backoff_ms, int attempt)
{
    int64_t until_ns = clock_steady_ns() + pause_ms(backoff_ms, attempt) * 1000000;
    struct pollfd wake = {.fd = context_fd(context), .events = POLLIN};
    struct err ended;

    for (;;) {
        int64_t left_ms = (until_ns - clock_steady_ns() + 999999) / 1000000;
        int remaining_ms = context_remaining_ms(context);

        if (!context_check(context, &ended))
            return false;
        if (left_ms <= 0)
            return true;
        if (remaining_ms >= 0 && remaining_ms < left_ms)
            left_ms = remaining_ms;
        (void)poll(&wake, 1, (int)left_ms);
    }
}
