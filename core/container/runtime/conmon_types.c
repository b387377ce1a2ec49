#include "core/container/runtime/conmon_types.h"

#include "core/schema/define.h"
#include "core/container/runtime/conmon.def"
#include "core/schema/done.h"
