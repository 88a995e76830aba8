/*
 * process.h: run a program, or several at once, and look at what they said.
 *
 * Output goes to files in memory and not to pipes, so that a program never waits for the test to read. A
 * program does not outlive the test that started it.
 *
 * Whatever fails here for reasons of the test's own (no such program, no memory) prints the reason and ends
 * the process.
 *
 * Threads: a struct belongs to one thread at a time.
 * Memory:  a process must be waited for; its result is freed by process_result_clear.
 */
#ifndef CRFD_TESTS_PROCESS_H
#define CRFD_TESTS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct process {
    pid_t pid;
    int pid_fd;
    int out_fd;
    int err_fd;
};

struct process_result {
    int exit_status; /* -1 where a signal ended it */
    int signal;      /* 0 where it exited */
    bool timed_out;  /* it was killed, because the time was over */
    char *out;       /* standard output, NUL-terminated */
    char *err;       /* standard error, NUL-terminated */
};

/*
 * argv and environment end with NULL; argv[0] is a path or a name on PATH. environment ("NAME=value", or
 * "NAME" to unset) changes the test's own; NULL leaves it. Standard input is empty.
 */
void process_start(struct process *process, const char *const argv[], const char *const environment[]);

/* Sends a signal; a process that has ended is left alone. */
void process_signal(const struct process *process, int signal);

/* False where it has ended. */
bool process_is_running(const struct process *process);

/* Waits until standard output and error together hold the text: false once it has ended, or after timeout_ms.
 */
bool process_wait_for(const struct process *process, const char *text, int timeout_ms);

/* Waits until they hold it so many times. */
bool process_wait_for_times(const struct process *process, const char *text, int times, int timeout_ms);

/* Waits until it is stopped (SIGSTOP): false once it has ended, or after timeout_ms. */
bool process_wait_stopped(const struct process *process, int timeout_ms);

/* Waits for the end: false where it still runs after timeout_ms. It must be waited for all the same. */
bool process_ends_within(const struct process *process, int timeout_ms);

/* Waits for the end; kills it after timeout_ms. */
void process_wait(struct process *process, int timeout_ms, struct process_result *result);

/* Both in one. */
void process_run(const char *const argv[], const char *const environment[], int timeout_ms,
                 struct process_result *result);

void process_result_clear(struct process_result *result);

#endif
