#include "vocabulary.h"

#include <stdint.h>
#include <string.h>

/* A key stands for a text as written, or for all texts that fold to it. */
struct word {
    struct text_span key;
    struct text_span code; /* of a code or a synonym */
    uint32_t hash;
    uint8_t kind;   /* enum word_kind; WORD_NONE is a free slot */
    bool exact;     /* the key is a code or synonym as written, not folded */
    bool ambiguous; /* what folds to this key means more than one code */
};

struct vocabulary {
    struct word *words; /* open addressing */
    size_t mask;        /* number of slots - 1 */
    size_t longest_key; /* bytes */
    bool first[256];    /* by the first byte of a text, in any case: whether a key may begin so */
    const struct text_span *unclean;
    size_t unclean_count;
};

/* FNV-1a (Fowler, Noll, Vo). */
static uint32_t
hash_of(struct text_span text)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.bytes[i]) * UINT32_C(16777619);
    return hash;
}

static unsigned char
ascii_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

/* The word with this key, or the free slot where it would stand. */
static struct word *
slot_of(const struct vocabulary *vocabulary, struct text_span key, uint32_t hash)
{
    for (size_t i = hash & vocabulary->mask;; i = (i + 1) & vocabulary->mask) {
        struct word *word = &vocabulary->words[i];

        if (word->kind == WORD_NONE || (word->hash == hash && text_equal(word->key, key)))
            return word;
    }
}

/* The first to come keeps the key: words are added in the order of their precedence. */
static void
add(struct vocabulary *vocabulary, struct text_span key, bool exact, enum word_kind kind,
    struct text_span code)
{
    uint32_t hash = hash_of(key);
    struct word *word = slot_of(vocabulary, key, hash);
    unsigned char first;

    if (key.length == 0)
        return;
    if (word->kind != WORD_NONE) {
        if (kind != WORD_MISSING && !text_equal(word->code, code))
            word->ambiguous = true;
        return;
    }
    *word = (struct word){.key = key, .code = code, .hash = hash, .kind = (uint8_t)kind, .exact = exact};
    if (key.length > vocabulary->longest_key)
        vocabulary->longest_key = key.length;
    first = (unsigned char)key.bytes[0];
    vocabulary->first[first] = true;
    if (first >= 'a' && first <= 'z')
        vocabulary->first[first - 'a' + 'A'] = true;
}

static struct text_span
cleaned(struct arena *arena, const char *string)
{
    struct text_span text = text_of(string);

    (void)text_clean(arena, &text);
    return text;
}

static void
add_codes(struct vocabulary *vocabulary, struct arena *arena, const struct codelist *list)
{
    struct text_span *unclean = arena_array(arena, struct text_span, list->code_count);

    for (size_t i = 0; i < list->code_count; i++) {
        struct text_span code = text_of(list->codes[i]);

        add(vocabulary, code, true, WORD_CODE, code);
        if (!text_equal(cleaned(arena, list->codes[i]), code))
            unclean[vocabulary->unclean_count++] = code;
    }
    for (size_t i = 0; i < list->synonym_count; i++)
        add(vocabulary, cleaned(arena, list->synonyms[i]), true, WORD_SYNONYM,
            text_of(list->codes[list->synonym_codes[i]]));
    for (size_t i = 0; i < list->code_count; i++)
        add(vocabulary, text_fold_case(arena, cleaned(arena, list->codes[i])), false, WORD_CODE_CASE,
            text_of(list->codes[i]));
    for (size_t i = 0; i < list->synonym_count; i++)
        add(vocabulary, text_fold_case(arena, cleaned(arena, list->synonyms[i])), false, WORD_SYNONYM,
            text_of(list->codes[list->synonym_codes[i]]));
    vocabulary->unclean = unclean;
}

const struct vocabulary *
vocabulary_new(struct arena *arena, const struct item *item)
{
    const struct codelist *list = item->codelist;
    size_t keys = item->missing_count;
    size_t slots = 8;
    struct vocabulary *vocabulary;

    if (list == NULL && keys == 0)
        return NULL;
    if (list != NULL)
        keys += 2 * (list->code_count + list->synonym_count);
    while (slots < 2 * keys)
        slots *= 2;
    vocabulary = arena_new(arena, struct vocabulary);
    vocabulary->words = arena_array(arena, struct word, slots);
    vocabulary->mask = slots - 1;
    if (list != NULL)
        add_codes(vocabulary, arena, list);
    for (size_t i = 0; i < item->missing_count; i++)
        add(vocabulary, text_fold_case(arena, cleaned(arena, item->missing[i])), false, WORD_MISSING,
            text_of(item->missing[i]));
    return vocabulary;
}

/* The text with its case folded; in `room` where it is short ASCII, as nearly all are. */
static struct text_span
folded(struct arena *arena, struct text_span text, char *room, size_t room_bytes)
{
    if (text.length > room_bytes)
        return text_fold_case(arena, text);
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];

        if (c >= 0x80)
            return text_fold_case(arena, text);
        room[i] = (char)ascii_lower(c);
    }
    return (struct text_span){room, text.length};
}

enum word_kind
vocabulary_find(const struct vocabulary *vocabulary, struct arena *arena, struct text_span text,
                struct text_span *code)
{
    unsigned char first = text.length > 0 ? (unsigned char)text.bytes[0] : 0;
    const struct word *word;
    struct text_span key;
    char room[64];

    /* Folding takes a text to a third of its length at least (the Kelvin sign to k). */
    if ((first < 0x80 && !vocabulary->first[first]) || text.length > 3 * vocabulary->longest_key)
        return WORD_NONE;
    word = slot_of(vocabulary, text, hash_of(text));
    if (word->kind != WORD_NONE && (word->exact || !word->ambiguous)) {
        *code = word->code;
        return (enum word_kind)word->kind;
    }
    key = folded(arena, text, room, sizeof room);
    word = slot_of(vocabulary, key, hash_of(key));
    if (word->kind == WORD_NONE || word->ambiguous)
        return WORD_NONE;
    *code = word->code;
    return word->kind == WORD_CODE ? WORD_CODE_CASE : (enum word_kind)word->kind;
}

bool
vocabulary_has_unclean(const struct vocabulary *vocabulary, struct text_span raw)
{
    for (size_t i = 0; i < vocabulary->unclean_count; i++) {
        if (text_equal(vocabulary->unclean[i], raw))
            return true;
    }
    return false;
}
