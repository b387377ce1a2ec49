#pragma once
/* Records of the store's JSON files: rows in records.def. */
#include "core/schema/declare.h"
#include "core/store/records.def"
#include "core/schema/done.h"
