#include "core/event/attributes.h"

#include "core/schema/define.h"
#include "core/event/event.def"
#include "core/schema/done.h"
