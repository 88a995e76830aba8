#include "crfd/value/partial_date.h"
