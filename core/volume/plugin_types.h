#pragma once
/* Wire types of the volume plugin protocol: rows in plugin.def. Private to core/volume. */
#include "core/schema/declare.h"
#include "core/volume/plugin.def"
#include "core/schema/done.h"
