#include "core/network/document.h"

#include "core/schema/define.h"
#include "core/network/document.def"
#include "core/schema/done.h"
