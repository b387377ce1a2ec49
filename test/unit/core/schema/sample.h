#pragma once
/* Types of sample.def with their tables, for one program that includes this once. */
#include "core/schema/declare.h"
#include "test/unit/core/schema/sample.def"
#include "core/schema/done.h"

#include "core/schema/define.h"
#include "test/unit/core/schema/sample.def"
#include "core/schema/done.h"
