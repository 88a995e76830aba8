#include "crfd/check/compile.h"
