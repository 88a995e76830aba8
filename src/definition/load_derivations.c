#include "crfd/definition/load.h"

#include <string.h>

/* Derived items of one form while they are put in order. */
struct graph {
    const struct form *form;
    struct derivation *found; /* in the order of the definition */
    size_t count;
    enum { UNSEEN, OPEN, DONE } * states;
    struct derivation *sorted;
    size_t sorted_count;
    size_t *path; /* from the item where the search began to the one it is at */
    size_t depth;
};

static void
tell_cycle(const struct graph *graph, size_t again, const struct json_place *items)
{
    struct strbuf names;
    size_t first = 0;

    while (graph->path[first] != again)
        first++;
    strbuf_init(&names);
    for (size_t i = first; i < graph->depth; i++)
        strbuf_printf(&names, "%s, which needs ", graph->form->items[graph->found[graph->path[i]].item].name);
    json_problem(items, "derived items need one another: %s%s", names.text,
                 graph->form->items[graph->found[again].item].name);
    strbuf_destroy(&names);
}

/* Depth first: what an item needs comes before it. */
static void
visit(struct graph *graph, size_t at, const struct json_place *items)
{
    graph->states[at] = OPEN;
    graph->path[graph->depth++] = at;
    for (size_t i = 0; i < graph->count; i++) {
        if (!program_reads_item(graph->found[at].program, graph->found[i].item))
            continue;
        if (graph->states[i] == OPEN)
            tell_cycle(graph, i, items);
        else if (graph->states[i] == UNSEEN)
            visit(graph, i, items);
    }
    graph->depth--;
    graph->states[at] = DONE;
    graph->sorted[graph->sorted_count++] = graph->found[at];
}

static const struct program *
compile(struct load *load, const struct form *form, const struct item *item, const struct json_place *place)
{
    struct check_error error = {0};
    const struct program *program;
    struct json_place derive;

    if (!json_member(place, "derive", &derive))
        return NULL;
    program = check_compile_value(load->arena, load->study, form, item->derive, strlen(item->derive),
                                  item->type, &error);
    if (program == NULL)
        json_problem_at(&derive, item->derive, error.offset, "%s", error.message);
    return program;
}

static void
load_form_derivations(struct load *load, const struct form *form, const struct json_place *items)
{
    struct graph graph = {.form = form,
                          .found = arena_array(load->arena, struct derivation, form->item_count)};

    for (struct json_place each = json_first(items); each.value != NULL; json_next(&each)) {
        const struct item *item = &form->items[each.index];
        const struct program *program = item->derive != NULL ? compile(load, form, item, &each) : NULL;

        if (program != NULL)
            graph.found[graph.count++] = (struct derivation){.item = each.index, .program = program};
    }
    graph.states = arena_zalloc(load->arena, graph.count, sizeof *graph.states);
    graph.path = arena_array(load->arena, size_t, graph.count);
    graph.sorted = arena_array(load->arena, struct derivation, graph.count);
    for (size_t i = 0; i < graph.count; i++)
        if (graph.states[i] == UNSEEN)
            visit(&graph, i, items);
    load->plans[form->index].derivations = graph.sorted;
    load->plans[form->index].derivation_count = graph.sorted_count;
}

void
load_derivations(struct load *load, const struct json_place *root)
{
    struct json_place forms, items;

    if (!json_member(root, "forms", &forms))
        return;
    for (struct json_place each = json_first(&forms); each.value != NULL; json_next(&each))
        if (json_member(&each, "items", &items) && load->forms[each.index].item_count > 0)
            load_form_derivations(load, &load->forms[each.index], &items);
}
