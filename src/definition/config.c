#include "crfd/definition/config.h"
