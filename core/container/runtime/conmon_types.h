#pragma once
/* conmon's and the runtimes' messages: rows in conmon.def. */
#include "core/schema/declare.h"
#include "core/container/runtime/conmon.def"
#include "core/schema/done.h"
