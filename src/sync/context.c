#include "crfd/sync/context.h"
