#include "crfd/sync/waitgroup.h"
