#include "terminal.h"

#include "fail.h"
#include "text_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define POLL_MS     20

/* One command of tmux; what it says on standard output, NULL where it failed. */
static char *
try(const struct terminal *terminal, const char *const words[])
{
    const char *argv[16] = {"tmux", "-u", "-S", terminal->socket};
    const char *const environment[] = {"TMUX", NULL};
    struct process_result result;
    char *out = NULL;

    for (size_t i = 0; words[i] != NULL; i++)
        argv[4 + i] = words[i];
    process_run(argv, environment, PATIENCE_MS, &result);
    if (result.exit_status == 0)
        out = strdup(result.out);
    process_result_clear(&result);
    return out;
}

static char *
ask(const struct terminal *terminal, const char *const words[])
{
    char *out = try(terminal, words);

    TEST_REQUIRE(out != NULL, "tmux %s failed", words[0]);
    return out;
}

static void
tell(const struct terminal *terminal, const char *const words[])
{
    free(ask(terminal, words));
}

static void
start_server(struct terminal *terminal, const char *name)
{
    const char *const argv[] = {"tmux", "-D", "-u", "-f", "/dev/null", "-S", terminal->socket, NULL};
    const char *const environment[] = {"TMUX", "LC_ALL=C.UTF-8", NULL};
    const char *const terminal_name[] = {"set-option", "-g", "default-terminal", name, NULL};
    char *set = NULL;

    process_start(&terminal->server, argv, environment);
    /* Refused until the server listens. */
    for (int waited_ms = 0; set == NULL && waited_ms < PATIENCE_MS; waited_ms += POLL_MS) {
        usleep(POLL_MS * 1000);
        set = try(terminal, terminal_name);
    }
    TEST_REQUIRE(set != NULL, "tmux does not start");
    free(set);
}

void
terminal_open(struct terminal *terminal, const char *folder, const char *name, int columns, int rows,
              const char *command)
{
    char width[12], height[12], pipe[256], line[4096];

    snprintf(terminal->socket, sizeof terminal->socket, "%s/terminal", folder);
    snprintf(terminal->raw, sizeof terminal->raw, "%s.raw", terminal->socket);
    text_file_write(terminal->raw, "");
    snprintf(width, sizeof width, "%d", columns);
    snprintf(height, sizeof height, "%d", rows);
    snprintf(pipe, sizeof pipe, "cat > '%s'", terminal->raw);
    /* The command waits for a word, so that nothing of it is missed by the pipe. */
    snprintf(line, sizeof line, "read word; %s; printf 'status %%s.\\n' $?; cat", command);
    start_server(terminal, name);
    tell(terminal, (const char *const[]){"new-session", "-d", "-x", width, "-y", height, line, NULL});
    tell(terminal, (const char *const[]){"pipe-pane", pipe, NULL});
    tell(terminal, (const char *const[]){"send-keys", "go", "Enter", NULL});
}

void
terminal_close(struct terminal *terminal)
{
    struct process_result result;

    tell(terminal, (const char *const[]){"kill-server", NULL});
    process_wait(&terminal->server, PATIENCE_MS, &result);
    process_result_clear(&result);
}

void
terminal_resize(const struct terminal *terminal, int columns, int rows)
{
    char width[12], height[12];

    snprintf(width, sizeof width, "%d", columns);
    snprintf(height, sizeof height, "%d", rows);
    tell(terminal, (const char *const[]){"resize-window", "-x", width, "-y", height, NULL});
}

/* Without the blanks at the end of a line, which tmux shows in one view and not in the other. */
static void
trim_lines(char *text)
{
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        if (*from == '\n')
            while (to > text && to[-1] == ' ')
                to--;
        *to++ = *from;
    }
    *to = '\0';
}

char *
terminal_screen(const struct terminal *terminal)
{
    char *text = ask(terminal, (const char *const[]){"capture-pane", "-p", NULL});

    trim_lines(text);
    return text;
}

char *
terminal_raw(const struct terminal *terminal)
{
    return text_file_read(terminal->raw);
}

void
terminal_wait_for(const struct terminal *terminal, const char *text)
{
    char *screen = terminal_screen(terminal);

    for (int waited_ms = 0; strstr(screen, text) == NULL && waited_ms < PATIENCE_MS; waited_ms += POLL_MS) {
        free(screen);
        usleep(POLL_MS * 1000);
        screen = terminal_screen(terminal);
    }
    TEST_REQUIRE(strstr(screen, text) != NULL, "waited in vain for \"%s\":\n%s", text, screen);
    free(screen);
}

void
terminal_expect_no_broken_line(const struct terminal *terminal)
{
    /* tmux knows which lines it had to break, and joins them. Both views are taken at once. */
    char *both = ask(terminal, (const char *const[]){"capture-pane", "-p", ";", "display-message", "-p",
                                                     "==both==", ";", "capture-pane", "-p", "-J", NULL});
    char *joined;

    trim_lines(both);
    joined = strstr(both, "==both==\n");
    TEST_REQUIRE(joined != NULL, "tmux shows one view only:\n%s", both);
    *joined = '\0';
    joined += strlen("==both==\n");
    TEST_REQUIRE(strcmp(both, joined) == 0, "a line is too wide for the terminal:\n%s", both);
    free(both);
}
