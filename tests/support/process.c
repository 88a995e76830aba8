#include "process.h"

#include "fail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void
fail(const char *what)
{
    test_fail("process: %s: %s", what, strerror(errno));
}

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
change_environment(const char *const environment[])
{
    for (; environment != NULL && *environment != NULL; environment++) {
        /* The child's memory ends with exec: the copies need no free. */
        char *entry = strdup(*environment);

        if (entry == NULL)
            _exit(127);
        if (strchr(entry, '=') != NULL)
            putenv(entry);
        else
            unsetenv(entry);
    }
}

static void
run_child(const struct process *process, const char *const argv[], const char *const environment[],
          pid_t parent)
{
    int null = open("/dev/null", O_RDONLY);
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || null < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(process->out_fd, STDOUT_FILENO) < 0 || dup2(process->err_fd, STDERR_FILENO) < 0)
        _exit(127);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    change_environment(environment);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

void
process_start(struct process *process, const char *const argv[], const char *const environment[])
{
    pid_t self = getpid();

    process->out_fd = memfd_create("stdout", MFD_CLOEXEC);
    process->err_fd = memfd_create("stderr", MFD_CLOEXEC);
    if (process->out_fd < 0 || process->err_fd < 0)
        fail("making a file in memory");
    fflush(NULL);
    process->pid = fork();
    if (process->pid < 0)
        fail("fork");
    if (process->pid == 0)
        run_child(process, argv, environment, self);
    process->pid_fd = pidfd_open(process->pid, 0);
    if (process->pid_fd < 0)
        fail("pidfd_open");
}

void
process_signal(const struct process *process, int signal)
{
    if (pidfd_send_signal(process->pid_fd, signal, NULL, 0) < 0 && errno != ESRCH)
        fail("sending a signal");
}

/* True once the process has ended; waits at most timeout_ms. */
static bool
has_ended(const struct process *process, int timeout_ms)
{
    struct pollfd fd = {.fd = process->pid_fd, .events = POLLIN};
    int64_t end_ms = now_ms() + timeout_ms;
    int ready;

    do {
        int64_t left_ms = end_ms - now_ms();

        ready = poll(&fd, 1, left_ms > 0 ? (int)left_ms : 0);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0)
        fail("poll");
    return ready > 0;
}

bool
process_is_running(const struct process *process)
{
    return !has_ended(process, 0);
}

static char *
read_all(int fd)
{
    struct stat status;
    char *text;
    size_t length = 0;

    if (fstat(fd, &status) < 0)
        fail("fstat");
    text = malloc((size_t)status.st_size + 1);
    if (text == NULL)
        fail("malloc");
    while (length < (size_t)status.st_size) {
        ssize_t got = pread(fd, text + length, (size_t)status.st_size - length, (off_t)length);

        if (got <= 0)
            break;
        length += (size_t)got;
    }
    text[length] = '\0';
    return text;
}

static int
count_in(int fd, const char *text)
{
    char *all = read_all(fd);
    int count = 0;

    for (const char *at = strstr(all, text); at != NULL; at = strstr(at + 1, text))
        count++;
    free(all);
    return count;
}

bool
process_wait_for_times(const struct process *process, const char *text, int times, int timeout_ms)
{
    int64_t end_ms = now_ms() + timeout_ms;
    bool ended;

    do {
        /* Asked first: what it said before its end must still be found. */
        ended = has_ended(process, 10);
        if (count_in(process->out_fd, text) + count_in(process->err_fd, text) >= times)
            return true;
    } while (!ended && now_ms() < end_ms);
    return false;
}

bool
process_wait_for(const struct process *process, const char *text, int timeout_ms)
{
    return process_wait_for_times(process, text, 1, timeout_ms);
}

bool
process_wait_stopped(const struct process *process, int timeout_ms)
{
    for (int waited_ms = 0; waited_ms < timeout_ms; waited_ms += 5) {
        siginfo_t state = {0};

        if (waitid(P_PID, (id_t)process->pid, &state, WSTOPPED | WEXITED | WNOHANG | WNOWAIT) != 0)
            fail("waitid");
        if (state.si_pid != 0)
            return state.si_code == CLD_STOPPED;
        usleep(5000);
    }
    return false;
}

bool
process_ends_within(const struct process *process, int timeout_ms)
{
    return has_ended(process, timeout_ms);
}

void
process_wait(struct process *process, int timeout_ms, struct process_result *result)
{
    int status;

    *result = (struct process_result){.exit_status = -1};
    if (!has_ended(process, timeout_ms)) {
        result->timed_out = true;
        process_signal(process, SIGKILL);
    }
    while (waitpid(process->pid, &status, 0) < 0)
        if (errno != EINTR)
            fail("waitpid");
    if (WIFEXITED(status))
        result->exit_status = WEXITSTATUS(status);
    else
        result->signal = WTERMSIG(status);
    result->out = read_all(process->out_fd);
    result->err = read_all(process->err_fd);
    close(process->pid_fd);
    close(process->out_fd);
    close(process->err_fd);
    process->pid = -1;
}

void
process_run(const char *const argv[], const char *const environment[], int timeout_ms,
            struct process_result *result)
{
    struct process process;

    process_start(&process, argv, environment);
    process_wait(&process, timeout_ms, result);
}

void
process_result_clear(struct process_result *result)
{
    free(result->out);
    free(result->err);
    *result = (struct process_result){0};
}
