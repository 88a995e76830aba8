#include "expr_gen.h"

#include <string.h>

static void expand(struct expr_gen *gen, const char *text, const char *end, char self, unsigned depth);
static void operand(struct expr_gen *gen, char type, unsigned depth);

static const char *
one_of(struct dice *dice, const char *const *texts, size_t count)
{
    return texts[dice_roll(dice, (uint32_t)count)];
}

/* --- columns --- */

static void
column(struct expr_gen *gen, char type)
{
    static const struct {
        char type;
        const char *names[6];
        size_t count;
    } columns[] = {
        {'b', {"b1", "b2", "unscheduled"}, 3},
        {'i', {"event_repeat", "event_order", "form_repeat", "vs.event_order", "event_day"}, 5},
        {'l', {"i1", "i2", "vs.i1", "\"select\"", "event_number"}, 5},
        {'n', {"d1", "d2", "vs.d1", "d1_limit"}, 4},
        {'t', {"t1", "t2", "digits", "vs.t1", "d1_q"}, 5},
        {'d', {"day1", "day2", "vs.day1"}, 3},
        {'s', {"ts1", "ts2"}, 2},
        {'m', {"tm1", "tm2"}, 2},
        {'z', {"submitted_at", "in1", "in2", "vs.in1"}, 4},
        {'v', {"(ts1 - ts2)", "(tm1 - tm2)", "age(day1, day2)"}, 3}, /* for want of columns */
        {'p', {"p1", "p2"}, 2},
        {'q', {"q1", "q2"}, 2},
    };

    if (type == 'p' || type == 'q')
        gen->is_plain = false;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        if (columns[i].type == type)
            strbuf_append(gen->out, one_of(&gen->dice, columns[i].names, columns[i].count));
}

/* --- templates --- */

/* The end of the group that begins behind `text`; groups may hold groups. */
static const char *
group_end(const char *text, const char *end)
{
    unsigned depth = 0;

    for (; text < end; text++) {
        if (*text == '{' || *text == '[')
            depth++;
        else if ((*text == '}' || *text == ']') && depth-- == 0)
            break;
    }
    return text;
}

/* The end of the alternative that begins at `text`. */
static const char *
alternative_end(const char *text, const char *end)
{
    unsigned depth = 0;

    for (; text < end && (*text != '|' || depth > 0); text++)
        depth += *text == '{' || *text == '[' ? 1u : *text == '}' || *text == ']' ? -1u : 0u;
    return text;
}

static void
expand_choice(struct expr_gen *gen, const char *text, const char *end, char self, unsigned depth)
{
    uint32_t count = 1;
    uint32_t chosen;

    for (const char *at = alternative_end(text, end); at < end; at = alternative_end(at + 1, end))
        count++;
    for (chosen = dice_roll(&gen->dice, count); chosen > 0; chosen--)
        text = alternative_end(text, end) + 1;
    expand(gen, text, alternative_end(text, end), self, depth);
}

static char
type_named(const struct expr_gen *gen, char letter, char self)
{
    return letter == '*' ? self : letter == '?' ? gen->other : letter;
}

/* What stands behind % # or @: an operand, a literal or a column. */
static void
expand_hole(struct expr_gen *gen, char kind, char letter, char self, unsigned depth)
{
    char type = type_named(gen, letter, self);
    char other = gen->other;

    if (kind == '#')
        expr_gen_literal(gen, type);
    else if (kind == '@')
        column(gen, type);
    else
        operand(gen, type, depth);
    gen->other = other;
}

static void
expand(struct expr_gen *gen, const char *text, const char *end, char self, unsigned depth)
{
    while (text < end) {
        const char *group = text + 1;

        if (*text == '{') {
            text = group_end(group, end) + 1;
            expand_choice(gen, group, text - 1, self, depth);
        } else if (*text == '[') {
            text = group_end(group, end) + 1;
            if (dice_percent(&gen->dice, 50))
                expand(gen, group, text - 1, self, depth);
        } else if (text[0] == '%' && text[1] == '%') {
            strbuf_append_char(gen->out, '%');
            text += 2;
        } else if ((*text == '%' || *text == '#' || *text == '@') && text + 1 < end) {
            expand_hole(gen, text[0], text[1], self, depth);
            text += 2;
        } else {
            strbuf_append_char(gen->out, *text++);
        }
    }
}

static void
expand_template(struct expr_gen *gen, const char *text, char self, unsigned depth)
{
    for (; *text == '!' || *text == '&'; text++) {
        gen->is_plain &= *text != '!';
        gen->reads_pages |= *text == '&';
    }
    expand(gen, text, text + strlen(text), self, depth);
}

static bool
fits(const struct expr_template *template, char type, bool generic)
{
    return generic ? template->result == '*' : template->result == type;
}

static const struct expr_template *
choose(struct expr_gen *gen, char type)
{
    bool generic = dice_percent(&gen->dice, 15);
    uint32_t count = 0;
    uint32_t chosen;

    for (size_t i = 0; i < expr_template_count; i++)
        count += fits(&expr_templates[i], type, generic);
    if (count == 0)
        return NULL;
    chosen = dice_roll(&gen->dice, count);
    for (size_t i = 0; i < expr_template_count; i++)
        if (fits(&expr_templates[i], type, generic) && chosen-- == 0)
            return &expr_templates[i];
    return NULL;
}

static char
any_type(struct dice *dice)
{
    return EXPR_GEN_TYPES[dice_roll(dice, sizeof EXPR_GEN_TYPES - 1)];
}

static void
composite(struct expr_gen *gen, char type, unsigned depth)
{
    const struct expr_template *template = choose(gen, type);

    gen->other = any_type(&gen->dice);
    if (gen->other == 'p' || gen->other == 'q')
        gen->is_plain = false;
    if (template == NULL)
        column(gen, type);
    else
        expand_template(gen, template->text, type, depth);
}

static void
operand(struct expr_gen *gen, char type, unsigned depth)
{
    if (gen->wild > 0 && dice_percent(&gen->dice, gen->wild))
        type = any_type(&gen->dice);
    if (depth == 0 || dice_percent(&gen->dice, 20) || gen->out->length > gen->bytes_limit) {
        if (dice_percent(&gen->dice, 65))
            column(gen, type);
        else
            expr_gen_literal(gen, type);
        return;
    }
    /* Most operands are in parentheses; of the others precedence decides, which both sides have to share. */
    if (dice_percent(&gen->dice, 92)) {
        strbuf_append_char(gen->out, '(');
        composite(gen, type, depth - 1);
        strbuf_append_char(gen->out, ')');
    } else {
        composite(gen, type, depth - 1);
    }
}

/* --- whole expressions --- */

struct expr_gen
expr_gen_at(uint64_t seed, uint64_t number, struct strbuf *out)
{
    return (struct expr_gen){
        .dice = dice_at(seed, 1, number, 0), .out = out, .is_plain = true, .bytes_limit = 900};
}

void
expr_gen_condition(struct expr_gen *gen)
{
    static const unsigned depths[] = {0, 1, 1, 1, 2, 2, 2, 3, 3, 4};

    strbuf_reset(gen->out);
    composite(gen, 'b', depths[dice_roll(&gen->dice, sizeof depths / sizeof depths[0])]);
}

/* Takes some bytes out, or doubles them. */
static void
damage(struct expr_gen *gen)
{
    size_t at = dice_roll(&gen->dice, (uint32_t)gen->out->length + 1);
    size_t size = dice_roll(&gen->dice, 6);
    struct strbuf text;

    if (size > gen->out->length - at)
        size = gen->out->length - at;
    strbuf_init(&text);
    strbuf_append_bytes(&text, gen->out->text, at);
    if (dice_percent(&gen->dice, 50))
        strbuf_append_bytes(&text, gen->out->text + at, size);
    else
        at += size;
    strbuf_append_bytes(&text, gen->out->text + at, gen->out->length - at);
    strbuf_reset(gen->out);
    strbuf_append_bytes(gen->out, text.text, text.length);
    strbuf_destroy(&text);
}

void
expr_gen_mutant(struct expr_gen *gen)
{
    gen->wild = 12;
    expr_gen_condition(gen);
    if (dice_percent(&gen->dice, 30))
        damage(gen);
}
