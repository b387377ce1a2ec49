#pragma once
/*
 * Time: Unix nanoseconds in int64_t everywhere (0 = never), RFC 3339 on the wire, Go's duration syntax in parameters.
 */
#include <stdint.h>

struct error;

#define CLOCK_SECOND 1000000000LL
/* Room for "2006-01-02T15:04:05.999999999+07:00" and its NUL. */
#define CLOCK_TEXT_SIZE 40

int64_t clock_now(void);       /* wall clock, Unix ns */
int64_t clock_monotonic(void); /* for intervals, ns */
int64_t clock_since_boot(void); /* as /proc counts, with the time asleep, ns */

/* RFC 3339 in UTC with the nanoseconds Go would print (trailing zeros dropped); 0 gives 0001-01-01T00:00:00Z. */
const char *clock_format(int64_t unix_ns, char ret_text[CLOCK_TEXT_SIZE]);
/* Accepts RFC 3339 with any offset and up to 9 digits; -1 when it is none. The year 1 gives 0. */
int clock_parse(const char *text, int64_t *ret_unix_ns);
/* What since= and until= accept: Unix seconds "1700000000.123", RFC 3339 (also without zone, or a date alone), or a
 * Go duration counted back from @now_ns. ERROR_INVALID names @field. */
int clock_parse_when(const char *text, int64_t now_ns, const char *field, int64_t *ret_unix_ns, struct error **err);
/* Go's time.ParseDuration ("1h15m30.5s", "300ms"); -1 when it is none. */
int clock_parse_duration(const char *text, int64_t *ret_ns);
/* The same the other way, as Go prints it: "1m30.5s", "500ms", "0s". */
const char *clock_format_duration(int64_t ns, char ret_text[CLOCK_TEXT_SIZE]);
