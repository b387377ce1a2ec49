#pragma once
/* Database form of a container's effective configuration and of its present run: rows in run.def. */
#include "core/container/spec.h"

#include "core/schema/declare.h"
#include "core/container/run.def"
#include "core/schema/done.h"
