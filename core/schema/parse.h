#pragma once
/* Text to a jansson tree, within limits. Private to core/schema: jansson stays behind it. */
#include <jansson.h>

#include "core/schema/schema.h"

/* Owned (json_decref). NULL with ERROR_INVALID (line and column) or ERROR_TOO_LARGE. */
json_t *parse_document(const char *text, size_t len, struct schema_limits limits, struct error **err);
