#include "crfd/clean/clean.h"
