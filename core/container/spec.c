#include "core/container/spec.h"

#include "core/schema/define.h"
#include "core/container/spec.def"
#include "core/schema/done.h"
