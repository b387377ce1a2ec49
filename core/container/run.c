#include "core/container/run.h"

#include "core/schema/define.h"
#include "core/container/run.def"
#include "core/schema/done.h"
