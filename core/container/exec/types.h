#pragma once
/* Database form of exec sessions: rows in exec.def. */
#include "core/schema/declare.h"
#include "core/container/exec/exec.def"
#include "core/schema/done.h"
