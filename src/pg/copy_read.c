#include "crfd/pg/copy_read.h"
