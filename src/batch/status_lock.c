#include "crfd/batch/status_lock.h"

#include "crfd/base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 1000
#define PAUSE_MS    5

/* The bytes of the file that stand for what is locked. */
enum status_lock_byte { WRITING, RUNNING };

void
status_lock_open(struct status_lock *lock, const char *path)
{
    struct strbuf name;

    strbuf_init(&name);
    strbuf_printf(&name, "%s.lock", path);
    lock->fd = open(name.text, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (lock->fd >= 0)
        (void)fchmod(lock->fd, 0644); /* whatever the umask: others have to see the locks */
    /* Another user's: whether it is locked can be seen all the same. */
    if (lock->fd < 0 && errno == EACCES)
        lock->fd = open(name.text, O_RDONLY | O_CLOEXEC);
    strbuf_destroy(&name);
}

void
status_lock_close(struct status_lock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
}

/* type: F_WRLCK or F_UNLCK. False where another process has it; true also where locking does not work. */
static bool
set_lock(const struct status_lock *lock, enum status_lock_byte byte, short type)
{
    struct flock request = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};

    return lock->fd < 0 || fcntl(lock->fd, F_OFD_SETLK, &request) == 0 ||
           (errno != EAGAIN && errno != EACCES);
}

void
status_lock_begin_write(struct status_lock *lock)
{
    for (int waited_ms = 0; !set_lock(lock, WRITING, F_WRLCK) && waited_ms < PATIENCE_MS;
         waited_ms += PAUSE_MS)
        (void)poll(NULL, 0, PAUSE_MS);
}

void
status_lock_end_write(struct status_lock *lock)
{
    (void)set_lock(lock, WRITING, F_UNLCK);
}

bool
status_lock_claim(struct status_lock *lock, bool is_running)
{
    /* Asked as a reader would: who may only read the file can lock it against writers, but is at no run. */
    struct flock other = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = RUNNING, .l_len = 1};

    (void)set_lock(lock, RUNNING, is_running ? F_WRLCK : F_UNLCK);
    return lock->fd < 0 || fcntl(lock->fd, F_OFD_GETLK, &other) != 0 || other.l_type == F_UNLCK;
}
