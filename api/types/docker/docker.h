#pragma once
/* Wire types of the Docker dialect: rows in the .def files beside this header. */
#include "core/schema/declare.h"
#include "api/types/docker/common.def"
#include "api/types/docker/create.def"
#include "api/types/docker/inspect.def"
#include "api/types/docker/list.def"
#include "api/types/docker/exec.def"
#include "api/types/docker/image.def"
#include "api/types/docker/network.def"
#include "api/types/docker/secret.def"
#include "api/types/docker/system.def"
#include "api/types/docker/volume.def"
#include "core/schema/done.h"
