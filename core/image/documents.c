#include "core/image/documents.h"

#include "core/schema/define.h"
#include "core/image/documents.def"
#include "core/schema/done.h"
