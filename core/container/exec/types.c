#include "core/container/exec/types.h"

#include "core/schema/define.h"
#include "core/container/exec/exec.def"
#include "core/schema/done.h"
