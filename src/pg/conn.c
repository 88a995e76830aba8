#include "crfd/pg/conn.h"
