#include "rule_kinds.h"

const struct rule_kind rule_unknown_item = {
    .name = "unknown-item",
    .words = "no value stands under a key that the form does not have",
    .is_minor = true,
    .scope = RULE_OF_PAGE,
    .lack = "what stands under a key that the form does not have is in no typed column",
};
