#include "crfd/pg/migrate.h"
