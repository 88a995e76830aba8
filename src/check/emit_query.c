/* Subqueries as loops: a loop for each form in FROM, inside it the next one, innermost what becomes of the pages. */
#include "emit.h"

#include "query.h"
#include "walk.h"

#include <string.h>

#define CONJUNCTS_MAX 64
#define OUTSIDE       SIZE_MAX /* no loop: what is asked before the first one begins */

/* The loops of one query while they are written. */
struct loops {
    struct emitter *emitter;
    const struct query *query;
    const struct expr *conjuncts[CONJUNCTS_MAX]; /* what AND joins in WHERE */
    size_t levels[CONJUNCTS_MAX];                /* the loop that a conjunct is asked in */
    size_t conjunct_count;
    size_t next[ROW_MAX];        /* the STEP_LOOP_NEXT of each loop */
    size_t skips[CONJUNCTS_MAX]; /* jumps past all loops */
    size_t skip_count;
};

static struct operand
row_operand(size_t row)
{
    return (struct operand){(uint16_t)(FRAME_ROW + row), 0};
}

/* --- WHERE --- */

static void
split_conjuncts(struct loops *loops, const struct expr *expr)
{
    if (expr->kind == EXPR_AND && loops->conjunct_count + expr->arg_count <= CONJUNCTS_MAX) {
        for (uint32_t i = 0; i < expr->arg_count; i++)
            split_conjuncts(loops, expr->args[i]);
        return;
    }
    if (loops->conjunct_count == CONJUNCTS_MAX)
        loops->emitter->failed = true;
    else
        loops->conjuncts[loops->conjunct_count++] = expr;
}

/* The innermost loop whose page the expression reads; OUTSIDE where it reads none. */
static size_t
deepest_loop(const struct query *query, const struct expr *expr)
{
    uint32_t rows = expr_rows(expr);

    for (size_t level = query->row_count; level-- > 0;)
        if (rows >> (query->first_row + level) & 1)
            return level;
    return OUTSIDE;
}

/*
 * Each condition is asked as soon as its pages are there; one that can fail not before those that it follows.
 * What stands in front and reads no page of FROM is asked once, also where FROM has no page, as PostgreSQL's
 * "One-Time Filter" is.
 */
static void
place_conjuncts(struct loops *loops)
{
    bool begun = false;
    size_t deepest = 0;

    if (loops->query->where != NULL)
        split_conjuncts(loops, loops->query->where);
    for (size_t i = 0; i < loops->conjunct_count; i++) {
        size_t level = deepest_loop(loops->query, loops->conjuncts[i]);
        bool stays = !expr_is_safe(loops->conjuncts[i]);

        if (level == OUTSIDE && !(begun && stays)) {
            loops->levels[i] = OUTSIDE;
            continue;
        }
        if (level == OUTSIDE || (stays && level < deepest))
            level = deepest;
        if (level > deepest)
            deepest = level;
        loops->levels[i] = level;
        begun = true;
    }
}

/* Whether the row has its page before the loop of `row` begins. */
static bool
is_bound_before(const struct loops *loops, size_t other, size_t row)
{
    return loops->emitter->rows[other].kind != ROW_LOOP || other < row;
}

/* The other row, where the conjunct says that the loop's page is at the same event; else the row itself. */
static size_t
row_at_same_event(const struct loops *loops, const struct expr *conjunct, size_t row)
{
    const struct expr *a;
    const struct expr *b;

    if (conjunct->kind != EXPR_COMPARE || conjunct->order != ORDER_EQUAL)
        return row;
    a = conjunct->args[0];
    b = conjunct->args[1];
    if (a->kind != EXPR_KEY || b->kind != EXPR_KEY || a->column != COLUMN_EVENT || b->column != COLUMN_EVENT)
        return row;
    if (a->row == row && is_bound_before(loops, b->row, row))
        return b->row;
    return b->row == row && is_bound_before(loops, a->row, row) ? a->row : row;
}

static void
emit_loop(struct loops *loops, size_t level, unsigned free_register)
{
    struct emitter *emitter = loops->emitter;
    size_t row = loops->query->first_row + level;
    struct step begin = {.op = STEP_LOOP_BEGIN, .dest = (uint16_t)free_register, .a = row_operand(row)};

    for (size_t i = 0; i < loops->conjunct_count && !begin.flag; i++) {
        size_t other = row_at_same_event(loops, loops->conjuncts[i], row);

        begin.flag = other != row;
        begin.b = row_operand(other);
    }
    emitter_step(emitter, begin);
    loops->next[level] =
        emitter_step(emitter, (struct step){.op = STEP_LOOP_NEXT, .dest = begin.dest, .a = begin.a});
    for (size_t i = 0; i < loops->conjunct_count; i++) {
        struct step reject = {
            .op = STEP_JUMP_UNLESS_TRUE, .dest = begin.dest, .jump = (uint32_t)loops->next[level]};

        if (loops->levels[i] != level)
            continue;
        reject.a = emitter_expr(emitter, loops->conjuncts[i], free_register);
        emitter_step(emitter, reject);
    }
}

static void
begin_loops(struct loops *loops, unsigned free_register)
{
    place_conjuncts(loops);
    for (size_t i = 0; i < loops->conjunct_count; i++) {
        struct step skip = {.op = STEP_JUMP_UNLESS_TRUE, .dest = (uint16_t)free_register};

        if (loops->levels[i] != OUTSIDE)
            continue;
        skip.a = emitter_expr(loops->emitter, loops->conjuncts[i], free_register);
        loops->skips[loops->skip_count++] = emitter_step(loops->emitter, skip);
    }
    for (size_t level = 0; level < loops->query->row_count; level++)
        emit_loop(loops, level, free_register);
}

/* Each loop ends by going on in the one around it; the outermost one ends here. */
static void
end_loops(struct loops *loops)
{
    size_t level = loops->query->row_count - 1;
    struct emitter *emitter = loops->emitter;

    emitter_step(emitter, (struct step){.op = STEP_JUMP, .jump = (uint32_t)loops->next[level]});
    emitter_aim(emitter, loops->next[0]);
    for (size_t i = 0; i < loops->skip_count; i++)
        emitter_aim(emitter, loops->skips[i]);
    for (; level > 0 && !emitter->failed; level--)
        emitter->steps[loops->next[level]].jump = (uint32_t)loops->next[level - 1];
}

/* A step's operand c: the loops that what it keeps must outlive. */
static struct operand
kept_beyond(const struct query *query)
{
    return (struct operand){(uint16_t)(FRAME_ROW + query->first_row), (uint16_t)query->row_count};
}

static void
move_constant(struct emitter *emitter, unsigned dest, struct value value)
{
    emitter_step(
        emitter,
        (struct step){.op = STEP_MOVE, .dest = (uint16_t)dest, .a = emitter_constant(emitter, value)});
}

static struct value
boolean(bool value)
{
    return (struct value){.type = VALUE_BOOLEAN, .boolean = value};
}

/* --- what becomes of the pages --- */

static void
emit_exists(struct loops *loops, unsigned dest)
{
    struct emitter *emitter = loops->emitter;
    size_t end;

    move_constant(emitter, dest, boolean(false));
    begin_loops(loops, dest + 1);
    move_constant(emitter, dest, boolean(true));
    end = emitter_step(emitter, (struct step){.op = STEP_JUMP, .dest = (uint16_t)dest});
    end_loops(loops);
    emitter_aim(emitter, end);
}

/* x = ANY (SELECT ...): OR over the pages; ALL: AND. */
static void
emit_quantified(struct loops *loops, unsigned dest)
{
    struct emitter *emitter = loops->emitter;
    bool any = loops->query->kind == QUERY_ANY;
    struct step join = {.op = any ? STEP_OR : STEP_AND, .dest = (uint16_t)dest, .a = emitter_register(dest)};
    size_t end;

    move_constant(emitter, dest, boolean(!any));
    begin_loops(loops, dest + 1);
    join.b = emitter_expr(emitter, loops->query->result, dest + 1);
    emitter_step(emitter, join);
    end = emitter_step(emitter, (struct step){.op = any ? STEP_JUMP_IF_TRUE : STEP_JUMP_IF_FALSE,
                                              .dest = (uint16_t)dest,
                                              .a = emitter_register(dest)});
    end_loops(loops);
    emitter_aim(emitter, end);
}

/* Registers: the result, the keys of the best page, whether there is one, a verdict, the page's own keys and result. */
static void
emit_first(struct loops *loops, unsigned dest)
{
    struct emitter *emitter = loops->emitter;
    const struct query *query = loops->query;
    unsigned count = (unsigned)query->sort_count;
    unsigned best = dest + 1;
    unsigned found = best + count;
    unsigned verdict = found + 1;
    unsigned own = verdict + 1;
    struct rank *list = arena_array(emitter->arena, struct rank, count);
    struct ranks *ranks = arena_new(emitter->arena, struct ranks);
    struct operand result;
    size_t first;

    *ranks = (struct ranks){list, count};
    move_constant(emitter, dest, value_null(type_register(query->result->type)));
    move_constant(emitter, found, boolean(false));
    begin_loops(loops, own);
    for (unsigned i = 0; i < count; i++) {
        const struct sort *sort = &query->sorts[i];

        list[i] = (struct rank){(uint8_t)type_register(sort->key->type), sort->descending, sort->nulls_first};
        emitter_into(emitter, sort->key, own + i);
    }
    /* Also where another page stands first: an error in it is one, as PostgreSQL has it. */
    result = emitter_expr(emitter, query->result, own + count);
    first = emitter_step(
        emitter,
        (struct step){.op = STEP_JUMP_UNLESS_TRUE, .dest = (uint16_t)verdict, .a = emitter_register(found)});
    emitter_step(emitter, (struct step){.op = STEP_COMES_BEFORE,
                                        .dest = (uint16_t)verdict,
                                        .a = emitter_register(own),
                                        .b = emitter_register(best),
                                        .ranks = ranks});
    emitter_step(emitter, (struct step){.op = STEP_JUMP_UNLESS_TRUE,
                                        .dest = (uint16_t)verdict,
                                        .a = emitter_register(verdict),
                                        .jump = (uint32_t)loops->next[query->row_count - 1]});
    emitter_aim(emitter, first);
    for (unsigned i = 0; i < count; i++)
        emitter_step(emitter, (struct step){.op = STEP_KEEP,
                                            .dest = (uint16_t)(best + i),
                                            .a = emitter_register(own + i),
                                            .c = kept_beyond(query)});
    emitter_step(emitter, (struct step){
                              .op = STEP_KEEP, .dest = (uint16_t)dest, .a = result, .c = kept_beyond(query)});
    move_constant(emitter, found, boolean(true));
    end_loops(loops);
}

/* --- aggregates --- */

/* An average has its count in the next register. */
static unsigned
registers_of(const struct aggregate *aggregate)
{
    return aggregate->kind == AGGREGATE_AVG ? 2 : 1;
}

static const struct value zero = {.type = VALUE_INTEGER, .integer = 0};

static void
begin_aggregate(struct emitter *emitter, const struct aggregate *aggregate, unsigned dest, size_t set)
{
    move_constant(emitter, dest,
                  aggregate->kind == AGGREGATE_COUNT ? zero : value_null(type_register(aggregate->type)));
    if (aggregate->kind == AGGREGATE_AVG)
        move_constant(emitter, dest + 1, zero);
    if (aggregate->distinct)
        emitter_step(emitter,
                     (struct step){.op = STEP_CLEAR_SET, .dest = (uint16_t)dest, .b = {0, (uint16_t)set}});
}

static void
emit_accumulate(struct loops *loops, const struct aggregate *aggregate, unsigned dest, size_t set,
                unsigned free_register)
{
    struct emitter *emitter = loops->emitter;
    enum sql_type type = aggregate->arg ? aggregate->arg->type : SQL_INT8;
    struct step take = {.op = STEP_ACCUMULATE,
                        .order = (uint8_t)type_register(type),
                        .flag = (uint8_t)aggregate->kind,
                        .dest = (uint16_t)dest,
                        .c = kept_beyond(loops->query)};
    size_t left_out = 0;
    size_t seen = 0;

    if (aggregate->filter != NULL) {
        struct operand filter = emitter_expr(emitter, aggregate->filter, free_register);

        left_out = emitter_step(
            emitter,
            (struct step){.op = STEP_JUMP_UNLESS_TRUE, .dest = (uint16_t)free_register, .a = filter});
    }
    take.a = aggregate->arg ? emitter_expr(emitter, aggregate->arg, free_register)
                            : emitter_constant(emitter, zero);
    if (aggregate->distinct)
        seen = emitter_step(emitter, (struct step){.op = STEP_JUMP_IF_SEEN,
                                                   .order = take.order,
                                                   .dest = (uint16_t)free_register,
                                                   .a = take.a,
                                                   .b = {0, (uint16_t)set},
                                                   .c = take.c});
    emitter_step(emitter, take);
    if (aggregate->filter != NULL)
        emitter_aim(emitter, left_out);
    if (aggregate->distinct)
        emitter_aim(emitter, seen);
}

static void
emit_aggregates(struct loops *loops, unsigned dest)
{
    struct emitter *emitter = loops->emitter;
    const struct query *query = loops->query;
    const unsigned *outer = emitter->aggregates;
    unsigned *registers = arena_array(&emitter->fold_arena, unsigned, query->aggregate_count);
    size_t first_set = emitter->set_count;
    size_t set = first_set;
    unsigned free_register = dest;
    struct operand result;

    for (size_t i = 0; i < query->aggregate_count; i++) {
        registers[i] = free_register;
        begin_aggregate(emitter, &query->aggregates[i], free_register, set);
        free_register += registers_of(&query->aggregates[i]);
        set += query->aggregates[i].distinct;
    }
    emitter->set_count = set;
    begin_loops(loops, free_register);
    set = first_set;
    for (size_t i = 0; i < query->aggregate_count; i++) {
        emit_accumulate(loops, &query->aggregates[i], registers[i], set, free_register);
        set += query->aggregates[i].distinct;
    }
    end_loops(loops);
    for (size_t i = 0; i < query->aggregate_count; i++)
        if (query->aggregates[i].kind == AGGREGATE_AVG)
            emitter_step(emitter, (struct step){.op = STEP_AVERAGE,
                                                .dest = (uint16_t)registers[i],
                                                .a = emitter_register(registers[i]),
                                                .b = emitter_register(registers[i] + 1)});
    emitter->aggregates = registers;
    result = emitter_expr(emitter, query->result, free_register);
    emitter->aggregates = outer;
    if (result.frame != FRAME_REGISTER || result.index != dest)
        emitter_step(emitter, (struct step){.op = STEP_MOVE, .dest = (uint16_t)dest, .a = result});
}

struct operand
emitter_query(struct emitter *emitter, const struct expr *expr, unsigned dest)
{
    struct loops loops = {.emitter = emitter, .query = expr->query};

    switch (expr->query->kind) {
    case QUERY_EXISTS:
        emit_exists(&loops, dest);
        break;
    case QUERY_ANY:
    case QUERY_ALL:
        emit_quantified(&loops, dest);
        break;
    case QUERY_FIRST:
        emit_first(&loops, dest);
        break;
    case QUERY_AGGREGATE:
        emit_aggregates(&loops, dest);
        break;
    }
    return emitter_register(dest);
}
