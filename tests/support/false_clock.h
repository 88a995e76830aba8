/*
 * false_clock.h: a program whose time of day is wrong, and jumps while it runs. Its steady clocks go on undisturbed, as
 * they do where someone sets the clock, and where a machine sleeps, as CLOCK_MONOTONIC does.
 *
 * By libfaketime, which reads the file whenever the program asks for the time.
 *
 * Threads: one thread at a time.
 */
#ifndef CRFD_TESTS_FALSE_CLOCK_H
#define CRFD_TESTS_FALSE_CLOCK_H

#include <stdint.h>

/* The dynamic linker puts the machine's library folder for $LIB. */
#define FALSE_CLOCK_PRELOAD "LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1"

/* From now on it is so late, in seconds since 1970. */
void false_clock_set(const char *file, int64_t unix_s);

#endif
