#pragma once
/* Wire types of the libpod dialect: rows in the .def files beside this header. */
#include "core/schema/declare.h"
#include "api/types/libpod/common.def"
#include "api/types/libpod/create.def"
#include "api/types/libpod/inspect.def"
#include "api/types/libpod/list.def"
#include "api/types/libpod/exec.def"
#include "api/types/libpod/image.def"
#include "api/types/libpod/network.def"
#include "api/types/libpod/secret.def"
#include "api/types/libpod/system.def"
#include "api/types/libpod/volume.def"
#include "core/schema/done.h"
