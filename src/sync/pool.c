#include "crfd/sync/pool.h"
