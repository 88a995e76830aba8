#include "crfd/definition/problem.h"
