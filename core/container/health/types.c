#include "core/container/health/types.h"

#include "core/schema/define.h"
#include "core/container/health/health.def"
#include "core/schema/done.h"
