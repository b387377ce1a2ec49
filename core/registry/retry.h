#pragma once
/* When to ask again for what did not come. Private to core/registry. */
#include <stdint.h>

struct error;
struct exchange_answer;
struct registry_link;

struct retry { /* zeroed at first, and again when something came */
    int tries;
    int64_t delay_s;
};

/* After a failure: 0 when it is time to ask again, *err cleared. -1 with *err when it cannot get better (as it was), was
 * tried often enough, or the pull was ended. @answer: what came, if anything. */
int retry_wait(const struct registry_link *link, struct retry *retry, const struct exchange_answer *answer,
               struct error **err);
