#include "load_parts.h"

#include <string.h>

struct node {
    struct derivation derivation;
    enum { UNSEEN, OPEN, DONE } state;
};

/* The derived items of all forms while they are put in order. */
struct graph {
    const struct json_place *root;
    struct node *nodes; /* in the order of the definition */
    size_t count;
    struct derivation *sorted;
    size_t sorted_count;
    size_t *path; /* from the item where the search began to the one it is at */
    size_t depth;
};

static const struct item *
item_of(const struct derivation *derivation)
{
    return &derivation->form->items[derivation->item];
}

/* A mistake at the items of a form. */
static void
tell(const struct graph *graph, const struct form *form, const char *text)
{
    struct json_place forms, items;

    if (!json_member(graph->root, "forms", &forms))
        return;
    for (struct json_place each = json_first(&forms); each.value != NULL; json_next(&each))
        if (each.index == form->index && json_member(&each, "items", &items))
            json_problem(&items, "%s", text);
}

static void
tell_cycle(const struct graph *graph, size_t again)
{
    const struct derivation *last = &graph->nodes[again].derivation;
    struct strbuf names;
    size_t first = 0;

    while (graph->path[first] != again)
        first++;
    strbuf_init(&names);
    strbuf_append(&names, "derived items need one another: ");
    for (size_t i = first; i < graph->depth; i++) {
        const struct derivation *derivation = &graph->nodes[graph->path[i]].derivation;

        strbuf_printf(&names, "%s.%s, which needs ", derivation->form->name, item_of(derivation)->name);
    }
    strbuf_printf(&names, "%s.%s", last->form->name, item_of(last)->name);
    tell(graph, last->form, names.text);
    strbuf_destroy(&names);
}

/* Of whichever page: an item is derived on all pages before another one that reads it. */
static bool
needs(const struct derivation *derivation, const struct derivation *other)
{
    size_t count;
    const struct program_read *reads = program_reads(derivation->program, &count);

    for (size_t i = 0; i < count; i++)
        if (reads[i].form == other->form && reads[i].item == other->item)
            return true;
    return false;
}

/* Depth first: what an item needs comes before it. */
static void
visit(struct graph *graph, size_t at)
{
    graph->nodes[at].state = OPEN;
    graph->path[graph->depth++] = at;
    for (size_t i = 0; i < graph->count; i++) {
        if (!needs(&graph->nodes[at].derivation, &graph->nodes[i].derivation))
            continue;
        if (graph->nodes[i].state == OPEN)
            tell_cycle(graph, i);
        else if (graph->nodes[i].state == UNSEEN)
            visit(graph, i);
    }
    graph->depth--;
    graph->nodes[at].state = DONE;
    graph->sorted[graph->sorted_count++] = graph->nodes[at].derivation;
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
    else
        load_suspicions(load, program, SUSPECT_VALUE, &derive, item->derive, "");
    return program;
}

static void
add_form(struct load *load, const struct form *form, const struct json_place *items, struct graph *graph)
{
    for (struct json_place each = json_first(items); each.value != NULL; json_next(&each)) {
        const struct item *item = &form->items[each.index];
        const struct program *program = item->derive != NULL ? compile(load, form, item, &each) : NULL;

        if (program != NULL)
            graph->nodes[graph->count++] = (struct node){.derivation = {form, each.index, program}};
    }
}

static size_t
count_derived(const struct load *load)
{
    size_t count = 0;

    for (size_t i = 0; i < load->study->form_count; i++)
        for (size_t j = 0; j < load->forms[i].item_count; j++)
            count += load->forms[i].items[j].derive != NULL;
    return count;
}

void
load_derivations(struct load *load, const struct json_place *root)
{
    size_t room = count_derived(load);
    struct graph graph = {.root = root, .nodes = arena_array(load->arena, struct node, room)};
    struct json_place forms, items;

    if (!json_member(root, "forms", &forms))
        return;
    for (struct json_place each = json_first(&forms); each.value != NULL; json_next(&each))
        /* Where "forms" is a list there are none of them. */
        if (each.index < load->study->form_count && json_member(&each, "items", &items) &&
            load->forms[each.index].item_count > 0)
            add_form(load, &load->forms[each.index], &items, &graph);
    graph.path = arena_array(load->arena, size_t, graph.count);
    graph.sorted = arena_array(load->arena, struct derivation, graph.count);
    for (size_t i = 0; i < graph.count; i++)
        if (graph.nodes[i].state == UNSEEN)
            visit(&graph, i);
    load->derivations = graph.sorted;
    load->derivation_count = graph.sorted_count;
}
