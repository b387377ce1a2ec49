#pragma once
/* Database form of the results of health checks: rows in health.def. */
#include "core/schema/declare.h"
#include "core/container/health/health.def"
#include "core/schema/done.h"
