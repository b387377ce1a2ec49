#include "core/container/health_types.h"

#include "core/schema/define.h"
#include "core/container/health.def"
#include "core/schema/done.h"
