#include "crfd/check/subject.h"
