/*
 * fault.h: named places at which a test can end or stop the program.
 *
 * Only the program crfd-faults of the tests has them (CRFD_FAULT_POINTS); everywhere else a point is nothing
 * at all. There the environment variable CRFD_FAULT picks one: "before commit#3=kill" is the third time that the
 * point is reached.
 *
 *   kill   the process ends by SIGKILL, as in a crash
 *   stop   the process stops by SIGSTOP, until SIGCONT
 *   hang   the thread goes no further
 *
 * One more point is every call of malloc, calloc and realloc: "allocation#7=fail" gives NULL the seventh time.
 *
 * Threads: any.
 */
#ifndef CRFD_BASE_FAULT_H
#define CRFD_BASE_FAULT_H

#ifdef CRFD_FAULT_POINTS

/* detail: the table that is written, or "". */
void fault_reached(const char *point, const char *detail);

#define FAULT(point)                 fault_reached(point, "")
#define FAULT_OF(point, detail)      fault_reached(point, detail)
#define FAULT_WHEN(condition, point) ((condition) ? fault_reached(point, "") : (void)0)

#else

#define FAULT(point)                 ((void)0)
#define FAULT_OF(point, detail)      ((void)0)
#define FAULT_WHEN(condition, point) ((void)0)

#endif

#endif
