#include "crfd/pg/copy_write.h"
