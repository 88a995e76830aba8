#include "crfd/check/program.h"

#include "steps.h"

bool
program_reads_current_date(const struct program *program)
{
    return program->reads_current_date;
}

const struct program_read *
program_reads(const struct program *program, size_t *count)
{
    *count = program->read_count;
    return program->reads;
}

bool
program_reads_item(const struct program *program, size_t item)
{
    for (size_t i = 0; i < program->read_count; i++)
        if (program->reads[i].path == READ_PAGE && program->reads[i].item == item)
            return true;
    return false;
}

bool
program_reads_form(const struct program *program, const struct form *form)
{
    for (size_t i = 1; i < program->row_count; i++)
        if (program->rows[i].form == form)
            return true;
    return false;
}

size_t
program_scratch_bytes(const struct program *program)
{
    return program->scratch_bytes;
}

const char *
program_twin_sql(const struct program *program)
{
    return program->twin;
}
