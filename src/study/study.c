#include "crfd/study/study.h"
