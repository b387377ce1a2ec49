#include "api/secrets.h"

#include "api/call.h"
#include "api/filters.h"
#include "core/secret/secret.h"

int secrets_asked(struct call *call, const struct filters *asked, bool docker, struct secret **ret_secrets, size_t *ret_count,
                  struct error **err)
{
    struct secret_filters filters = { 0 };
    for (struct filter_term term = { 0 }; filters_next(asked, &term);)
        if (secret_filter_add(call->arena, &filters, docker, term.key, term.value, err) < 0)
            return -1;
    return secret_list(call->engine, call->arena, &filters, ret_secrets, ret_count, err);
}
