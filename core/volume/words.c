#include "core/volume/words.h"

#include "core/schema/define.h"
#include "core/volume/volume.def"
#include "core/schema/done.h"
