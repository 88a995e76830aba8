/*
 * terminal.h: a real terminal of a chosen size (tmux), with a command in it, and what is to be seen on it.
 *
 * The command's text is for the shell. It begins when the terminal is there, and what it has said stays on the
 * screen after its end. A terminal does not outlive its test. What goes wrong ends the test.
 *
 * Threads: one thread at a time.
 * Memory:  the caller's struct; texts that are returned are freed by the caller.
 */
#ifndef CRFD_TESTS_TERMINAL_H
#define CRFD_TESTS_TERMINAL_H

#include "process.h"

struct terminal {
    struct process server;
    char socket[160];
    char raw[192]; /* the file of all that was written to it, escapes included */
};

/* folder: where its socket goes; the terminal's programs have `name` as TERM. */
void terminal_open(struct terminal *terminal, const char *folder, const char *name, int columns, int rows,
                   const char *command);
void terminal_close(struct terminal *terminal);

void terminal_resize(const struct terminal *terminal, int columns, int rows);

/* The lines of the screen, without the blanks at their ends; malloc'ed. */
char *terminal_screen(const struct terminal *terminal);
/* All that was written to it, malloc'ed. */
char *terminal_raw(const struct terminal *terminal);

/* Looks again and again until the text is on the screen. */
void terminal_wait_for(const struct terminal *terminal, const char *text);
/* Fails where a line was too wide for the screen, so that the terminal broke it. */
void terminal_expect_no_broken_line(const struct terminal *terminal);

#endif
