#pragma once
#include "api/route.h"

extern const struct route libpod_ping[];
