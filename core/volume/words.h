#pragma once
/* Database form of a volume's labels and options: rows in volume.def. Private to core/volume. */
#include "core/schema/declare.h"
#include "core/volume/volume.def"
#include "core/schema/done.h"
