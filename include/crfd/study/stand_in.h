/*
 * stand_in.h: the ids under which centers and subjects are kept that have none of their own that could be a key.
 *
 * Their pages are in quarantine, one and all. Pages of many subjects may stand under one such id, so that nothing can be
 * expected of it.
 *
 * Threads: const.
 */
#ifndef CRFD_STUDY_STAND_IN_H
#define CRFD_STUDY_STAND_IN_H

#define STAND_IN_NULL "(null)"
#define STAND_IN_HASH "(sha256 " /* then 64 hexadecimal digits and ")" */

#endif
