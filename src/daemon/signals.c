#include "crfd/base/err.h"
