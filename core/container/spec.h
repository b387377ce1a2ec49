#pragma once
/* Wire and database form of a container's specification: rows in spec.def. */
#include "core/schema/declare.h"
#include "core/container/spec.def"
#include "core/schema/done.h"
