#pragma once
/* Whether a volume passes filters. Private to core/volume. */
#include "core/volume/volume.h"

/* When the youngest of the volumes that "after" names was made; 0: it names none. */
int volume_filter_after(const struct volume_filters *filters, const struct volume_list *all, int64_t *ret_unix_ns,
                        struct error **err);
bool volume_matches(const struct volume_filters *filters, const struct volume *volume, int64_t after_unix_ns);
