#include "core/store/records.h"

#include "core/schema/define.h"
#include "core/store/records.def"
#include "core/schema/done.h"
