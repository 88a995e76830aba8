/*
 * check_study.h: a small study and one subject of it, for tests of the check language.
 *
 * Form vs has an item of each type twice and four pages: ordinary values, NULLs, odd ones and extreme ones.
 * The study's clocks are those of CHECK_STUDY_ZONE. dm and ds are per subject (ds has no page), sv is per event, ae has six pages at four events.
 *
 * Memory:  everything lives in the given arena.
 */
#ifndef CRFD_TESTS_CHECK_STUDY_H
#define CRFD_TESTS_CHECK_STUDY_H

#include "crfd/base/arena.h"
#include "crfd/check/subject.h"
#include "crfd/study/study.h"

#define CHECK_STUDY_ZONE "Europe/Berlin"

/* The pages of vs. */
enum check_page { PAGE_ORDINARY, PAGE_NULLS, PAGE_ODD, PAGE_EXTREME, CHECK_PAGE_COUNT };

const struct study *check_study_new(struct arena *arena);
const struct form *check_study_form(const struct study *study, const char *name);

/* The night is 2014-03-10. */
const struct subject *check_subject_new(struct arena *arena, const struct study *study);
const struct page *check_subject_page(const struct subject *subject, enum check_page page);

#endif
