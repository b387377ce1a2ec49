#pragma once
/* Which part of a log a client asks for, as both dialects write it. */
#include <stdint.h>

struct container_log_query;
struct error;

/* Sets tail and times of @query. @tail: "all", "-1", "" or a number of lines; @since, @until: as clock_parse_when()
 * takes them, "" or NULL for none. ERROR_INVALID names the parameter. */
int log_query_parse(const char *tail, const char *since, const char *until, struct container_log_query *query,
                    struct error **err);
