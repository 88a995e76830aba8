#include "crfd/base/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct winsize
size_of(int fd)
{
    struct winsize size = {0};

    if (ioctl(fd, TIOCGWINSZ, &size) != 0)
        return (struct winsize){0};
    if (size.ws_col == 0)
        size.ws_col = 80;
    if (size.ws_row == 0)
        size.ws_row = 24;
    return size;
}

int
terminal_columns(int fd)
{
    return size_of(fd).ws_col;
}

int
terminal_rows(int fd)
{
    return size_of(fd).ws_row;
}

bool
terminal_obeys(int fd)
{
    const char *name = getenv("TERM");

    return isatty(fd) && name != NULL && *name != '\0' && strcmp(name, "dumb") != 0;
}
