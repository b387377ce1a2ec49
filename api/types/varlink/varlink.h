#pragma once
/* Wire types of the varlink dialect: rows in the .def files beside this header. */
#include "core/schema/declare.h"
#include "api/types/varlink/service.def"
#include "api/types/varlink/podman.def"
#include "api/types/varlink/atomic.def"
#include "api/types/varlink/io_podman.def"
#include "core/schema/done.h"
