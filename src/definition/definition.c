#include "crfd/definition/definition.h"
