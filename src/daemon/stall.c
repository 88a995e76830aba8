#include "crfd/daemon/stall.h"

int
stall_look(struct stall *stall, struct progress *progress, int64_t now_ns, int64_t limit_ns)
{
    int stalled = -1;

    for (int i = 0; i < progress->slot_count; i++) {
        int64_t life = progress_life(progress, i);

        if (life < 0 || life != stall->workers[i].life) {
            stall->workers[i].life = life;
            stall->workers[i].since_ns = now_ns;
        } else if (now_ns - stall->workers[i].since_ns > limit_ns) {
            stalled = i;
        }
    }
    return stalled;
}
