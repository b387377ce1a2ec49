#include "core/container/conmon_types.h"

#include "core/schema/define.h"
#include "core/container/conmon.def"
#include "core/schema/done.h"
