#include "crfd/definition/ddl.h"
