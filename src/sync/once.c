#include "crfd/sync/once.h"
