#pragma once
/* The audit's line about a call, as its reply begins. Private to api/. */
#include <stdbool.h>

struct call;
struct varlink_call;
struct error;

/* Writes it when the call changes something or was refused, and there is an audit. */
void audit_call(const struct call *call);
/* @failure: NULL when the method was called and did not fail */
void audit_varlink_call(const struct varlink_call *call, bool refused, const struct error *failure);
