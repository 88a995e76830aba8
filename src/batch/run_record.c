#include "crfd/batch/run_store.h"

int64_t
run_record_count(const struct run_record *record, enum run_center_state state)
{
    int64_t count = 0;

    for (size_t i = 0; i < record->center_count; i++)
        count += record->centers[i].state == state;
    return count;
}

int64_t
run_record_pages(const struct run_record *record, struct counts *counts)
{
    int64_t expected = 0;

    *counts = (struct counts){0};
    for (size_t i = 0; i < record->center_count; i++) {
        if (record->centers[i].state == RUN_CENTER_DONE)
            counts_add(counts, &record->centers[i].counts);
        else
            expected += record->centers[i].expected_pages;
    }
    return counts->pages_read + expected;
}

int64_t
run_record_ledger_pages(const struct run_record *record)
{
    int64_t pages = 0;

    for (size_t i = 0; i < record->center_count; i++)
        pages += record->centers[i].ledger_pages;
    return pages;
}
