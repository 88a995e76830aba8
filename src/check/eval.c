#include "crfd/check/eval.h"
