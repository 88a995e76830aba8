#include "crfd/value/value.h"
