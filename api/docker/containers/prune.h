#pragma once
/* Which containers a prune of either dialect is about. */
struct call;
struct container_filters;
struct error;
struct filters;

/* ERROR_INVALID names a key that is neither until, label nor label!, or a bad value. */
int containers_prune_filters(struct call *call, const struct filters *asked, struct container_filters *filters, struct error **err);
