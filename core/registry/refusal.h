#pragma once
/* A registry's own words for why it does not. Private to core/registry. */
struct error;
struct exchange;
struct exchange_answer;

/* Reads the body and sets *err by status; always -1. */
int refusal_read(struct exchange *exchange, const struct exchange_answer *answer, struct error **err);
