#pragma once
#include "api/route.h"

extern const struct route docker_ping[];
