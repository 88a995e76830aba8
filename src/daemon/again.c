#include "again.h"

#include "crfd/batch/retry.h"

void
again_begin(struct again *again, int64_t now_ns, int64_t deadline_ms)
{
    *again = (struct again){.until_ns = now_ns + deadline_ms * 1000000};
}

bool
again_is_worth(const struct err *err)
{
    return retry_is_passing(err) || err->kind == ERR_PERMISSION;
}

bool
again_later(struct again *again, int64_t now_ns)
{
    again->pause_s = again->tries++ == 0 ? AGAIN_FIRST_S : 2 * again->pause_s;
    if (again->pause_s > AGAIN_MAX_S)
        again->pause_s = AGAIN_MAX_S;
    again->at_ns = now_ns + again->pause_s * 1000000000;
    again->is_pending = again->at_ns <= again->until_ns;
    return again->is_pending;
}
