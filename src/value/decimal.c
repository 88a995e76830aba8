#include "crfd/value/decimal.h"
