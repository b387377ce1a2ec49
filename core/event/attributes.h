#pragma once
/* Database form of an event's attributes: rows in event.def. Private to core/event. */
#include "core/schema/declare.h"
#include "core/event/event.def"
#include "core/schema/done.h"
