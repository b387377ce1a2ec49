#pragma once
/*
 * Query, path and header parameters to the struct of a route's PARAMS: parsed, defaulted, checked.
 *
 * Errors name parameter, value and what was expected. Names nobody knows are added to call->unknown. A name that comes
 * twice: Docker takes the first, libpod the last, in any letter case, as their servers do.
 */
#include "api/call.h"

struct match;

/* Sets call->params (and call->unknown). -1 with ERROR_INVALID. */
int params_parse(struct call *call, const struct match *match, struct error **err);
