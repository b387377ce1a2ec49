#include "core/container/log/record.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"

#define USUAL_TIME 35 /* 2026-11-22T01:11:19.724497397+00:00 */

bool log_record_parse(const char *line, size_t len, struct log_record *ret_record)
{
    size_t at = USUAL_TIME;
    if (len <= at || line[at] != ' ') {
        const char *space = memchr(line, ' ', len < LOG_HEAD_MAX ? len : LOG_HEAD_MAX);
        if (!space)
            return false;
        at = (size_t)(space - line);
    }
    /* " stdout F " */
    const char *head = line + at;
    if (len - at < 9 || memcmp(head, " std", 4) || head[7] != ' ')
        return false;
    bool out = !memcmp(head + 4, "out", 3);
    if ((!out && memcmp(head + 4, "err", 3)) || (head[8] != 'F' && head[8] != 'P'))
        return false;
    size_t before = at + 10 <= len ? at + 10 : len; /* an empty text may come without its blank */
    *ret_record = (struct log_record){
        .time = line,
        .time_len = at,
        .stream = out ? 1 : 2,
        .partial = head[8] == 'P',
        .text = line + before,
        .len = len - before,
    };
    return true;
}

static bool refresh(struct log_clock *clock, const struct log_record *record)
{
    if (record->time_len == USUAL_TIME && !memcmp(clock->seen, record->time, 19) &&
        !memcmp(clock->seen + 19, record->time + 29, 6))
        return true;
    char text[LOG_HEAD_MAX + 1];
    int64_t ns;
    memcpy(text, record->time, record->time_len);
    text[record->time_len] = '\0';
    if (clock_parse(text, &ns) < 0)
        return false;
    clock->seconds = ns / CLOCK_SECOND;
    struct tm tm;
    time_t seconds = (time_t)clock->seconds;
    gmtime_r(&seconds, &tm);
    strftime(clock->utc, sizeof clock->utc, "%Y-%m-%dT%H:%M:%S", &tm);
    clock->seen[0] = '\0';
    if (record->time_len == USUAL_TIME) {
        memcpy(clock->seen, record->time, 19);
        memcpy(clock->seen + 19, record->time + 29, 6);
    }
    return true;
}

/* Nanoseconds written behind the point, however many digits there are. */
static int64_t fraction(const struct log_record *record)
{
    int64_t value = 0, unit = CLOCK_SECOND / 10;
    if (record->time_len < 20 || record->time[19] != '.')
        return 0;
    for (size_t i = 20; i < record->time_len && isdigit((unsigned char)record->time[i]); i++, unit /= 10)
        value += (record->time[i] - '0') * unit;
    return value;
}

int64_t log_clock_read(struct log_clock *clock, const struct log_record *record)
{
    return refresh(clock, record) ? clock->seconds * CLOCK_SECOND + fraction(record) : 0;
}

void log_clock_format(struct log_clock *clock, const struct log_record *record, char *ret_text)
{
    if (!refresh(clock, record)) {
        memcpy(ret_text, "0001-01-01T00:00:00.000000000Z", LOG_TIME_LENGTH);
        return;
    }
    memcpy(ret_text, clock->utc, 19);
    int64_t rest = fraction(record);
    ret_text[19] = '.';
    for (int i = 28; i > 19; i--, rest /= 10)
        ret_text[i] = (char)('0' + rest % 10);
    ret_text[29] = 'Z';
}
