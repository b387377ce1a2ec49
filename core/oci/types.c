#include "core/oci/types.h"

#include "core/schema/define.h"
#include "core/oci/oci.def"
#include "core/schema/done.h"
