#pragma once
/* Documents with credentials: rows in documents.def. Private to core/registry. */
#include "core/schema/declare.h"
#include "core/registry/documents.def"
#include "core/schema/done.h"
