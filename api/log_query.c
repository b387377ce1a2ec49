#include "api/log_query.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/container.h"

static int parse_tail(const char *text, int64_t *ret_tail, struct error **err)
{
    *ret_tail = -1;
    if (str_empty(text) || !strcmp(text, "all") || !strcmp(text, "-1"))
        return 0;
    *ret_tail = str_to_int(text);
    if (*ret_tail < 0)
        return error_set(err, ERROR_INVALID, 0, "tail: \"%s\" is not \"all\" or a number of lines", text);
    return 0;
}

int log_query_parse(const char *tail, const char *since, const char *until, struct container_log_query *query,
                    struct error **err)
{
    int64_t now = clock_now();
    if (parse_tail(tail, &query->tail, err) < 0 ||
        (!str_empty(since) && clock_parse_when(since, now, "since", &query->since_unix_ns, err) < 0) ||
        (!str_empty(until) && clock_parse_when(until, now, "until", &query->until_unix_ns, err) < 0))
        return -1;
    return 0;
}
