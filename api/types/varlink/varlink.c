#include "api/types/varlink/varlink.h"

#include "core/schema/define.h"
#include "api/types/varlink/service.def"
#include "api/types/varlink/podman.def"
#include "api/types/varlink/atomic.def"
#include "api/types/varlink/io_podman.def"
#include "core/schema/done.h"
