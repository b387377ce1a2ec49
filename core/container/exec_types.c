#include "core/container/exec_types.h"

#include "core/schema/define.h"
#include "core/container/exec.def"
#include "core/schema/done.h"
