#include "core/registry/documents.h"

#include "core/schema/define.h"
#include "core/registry/documents.def"
#include "core/schema/done.h"
