#include "core/volume/plugin_types.h"

#include "core/schema/define.h"
#include "core/volume/plugin.def"
#include "core/schema/done.h"
