#pragma once
/* config.json and seccomp profiles as wire types: rows in oci.def. */
#include "core/schema/declare.h"
#include "core/oci/oci.def"
#include "core/schema/done.h"
