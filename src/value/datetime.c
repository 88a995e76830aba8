#include "crfd/value/datetime.h"
