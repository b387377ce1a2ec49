#include "core/base/clock.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/error.h"

static int64_t clock_read(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return t.tv_sec * CLOCK_SECOND + t.tv_nsec;
}

int64_t clock_now(void)
{
    return clock_read(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

int64_t clock_since_boot(void)
{
    return clock_read(CLOCK_BOOTTIME);
}

const char *clock_format(int64_t unix_ns, char ret_text[CLOCK_TEXT_SIZE])
{
    if (!unix_ns)
        return strcpy(ret_text, "0001-01-01T00:00:00Z");
    time_t seconds = (time_t)(unix_ns / CLOCK_SECOND);
    int64_t fraction = unix_ns % CLOCK_SECOND;
    if (fraction < 0) {
        fraction += CLOCK_SECOND;
        seconds--;
    }
    struct tm tm;
    gmtime_r(&seconds, &tm);
    size_t at = strftime(ret_text, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    if (fraction) {
        at += (size_t)snprintf(ret_text + at, CLOCK_TEXT_SIZE - at, ".%09lld", (long long)fraction);
        while (ret_text[at - 1] == '0')
            at--;
    }
    ret_text[at++] = 'Z';
    ret_text[at] = '\0';
    return ret_text;
}

/* Exactly @digits decimal digits; -1 otherwise. */
static int take_number(const char **at, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++, (*at)++) {
        if (!isdigit((unsigned char)**at))
            return -1;
        value = value * 10 + (**at - '0');
    }
    return value;
}

/* Digits behind a point, those below a nanosecond dropped; -1 when there are none. */
static int64_t take_fraction(const char **at)
{
    int64_t value = isdigit((unsigned char)**at) ? 0 : -1, unit = CLOCK_SECOND / 10;
    for (; isdigit((unsigned char)**at); (*at)++, unit /= 10)
        value += (**at - '0') * unit;
    return value;
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month] + (month == 1 && leap);
}

/* The zone is optional when @loose, and so is the time of day. */
static int parse_calendar(const char *at, int loose, int64_t *ret_unix_ns)
{
    struct tm tm = { 0 };
    int64_t fraction = 0, offset = 0;
    int year = take_number(&at, 4);
    if (year < 0 || *at++ != '-')
        return -1;
    tm.tm_year = year - 1900;
    tm.tm_mon = take_number(&at, 2) - 1;
    if (tm.tm_mon < 0 || tm.tm_mon > 11 || *at++ != '-')
        return -1;
    tm.tm_mday = take_number(&at, 2);
    if (tm.tm_mday < 1 || tm.tm_mday > days_in_month(year, tm.tm_mon))
        return -1;
    if (*at == 'T' || *at == 't' || *at == ' ') {
        at++;
        tm.tm_hour = take_number(&at, 2);
        if (tm.tm_hour < 0 || tm.tm_hour > 23 || *at++ != ':')
            return -1;
        tm.tm_min = take_number(&at, 2);
        if (tm.tm_min < 0 || tm.tm_min > 59)
            return -1;
        if (*at == ':') {
            at++;
            tm.tm_sec = take_number(&at, 2);
            if (tm.tm_sec < 0 || tm.tm_sec > 60)
                return -1;
        } else if (!loose) {
            return -1;
        }
        if (*at == '.') {
            at++;
            fraction = take_fraction(&at);
            if (fraction < 0)
                return -1;
        }
    } else if (!loose) {
        return -1;
    }
    if (*at == 'Z' || *at == 'z') {
        at++;
    } else if (*at == '+' || *at == '-') {
        int sign = *at++ == '-' ? -1 : 1;
        int hours = take_number(&at, 2);
        if (hours < 0 || hours > 23 || *at++ != ':')
            return -1;
        int minutes = take_number(&at, 2);
        if (minutes < 0 || minutes > 59)
            return -1;
        offset = sign * (hours * 3600 + minutes * 60);
    } else if (!loose) {
        return -1;
    }
    if (*at)
        return -1;
    if (year == 1) {
        *ret_unix_ns = 0;
        return 0;
    }
    if (year < 1678 || year > 2261) /* outside what 64-bit nanoseconds hold */
        return -1;
    *ret_unix_ns = ((int64_t)timegm(&tm) - offset) * CLOCK_SECOND + fraction;
    return 0;
}

int clock_parse(const char *text, int64_t *ret_unix_ns)
{
    return parse_calendar(text, 0, ret_unix_ns);
}

/* "1.5" at *at, in @unit_ns of what follows it: digits, a point and digits, one of them at least. The unit is read too.
 */
static int take_duration(const char **at, int64_t *ret_ns)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = { { "ns", 1 },       { "us", 1000 },        { "\u00b5s", 1000 },        { "\u03bcs", 1000 },
                  { "ms", 1000000 }, { "s", CLOCK_SECOND }, { "m", 60 * CLOCK_SECOND }, { "h", 3600 * CLOCK_SECOND } };
    const char *start = *at;
    int64_t whole = 0, part = 0, scale = 1;
    for (; isdigit((unsigned char)**at); (*at)++)
        if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, **at - '0', &whole))
            return -1;
    bool digits = *at > start;
    if (**at == '.') {
        for ((*at)++; isdigit((unsigned char)**at); (*at)++, digits = true) {
            if (scale < CLOCK_SECOND * 10000) { /* further digits are below a nanosecond of an hour */
                part = part * 10 + (**at - '0');
                scale *= 10;
            }
        }
    }
    size_t len = 0, i = 0, count = sizeof units / sizeof *units;
    while ((*at)[len] && !isdigit((unsigned char)(*at)[len]) && (*at)[len] != '.')
        len++;
    while (i < count && (strlen(units[i].name) != len || memcmp(units[i].name, *at, len)))
        i++;
    if (!digits || i == count || __builtin_mul_overflow(whole, units[i].ns, &whole))
        return -1;
    *at += len;
    return __builtin_add_overflow(whole, (int64_t)((long double)part * units[i].ns / scale), ret_ns) ? -1 : 0;
}

int clock_parse_duration(const char *text, int64_t *ret_ns)
{
    int64_t total = 0, part;
    int sign = 1;
    if (*text == '-' || *text == '+')
        sign = *text++ == '-' ? -1 : 1;
    if (!*text)
        return -1;
    if (!strcmp(text, "0"))
        text++;
    while (*text)
        if (take_duration(&text, &part) < 0 || __builtin_add_overflow(total, part, &total))
            return -1;
    *ret_ns = sign * total;
    return 0;
}

/* "1700000000" or "1700000000.000000123" */
static int parse_unix(const char *text, int64_t *ret_unix_ns)
{
    const char *at = text;
    int64_t seconds = 0;
    if (!isdigit((unsigned char)*at))
        return -1;
    for (; isdigit((unsigned char)*at); at++) {
        if (seconds > 9000000000LL)
            return -1;
        seconds = seconds * 10 + (*at - '0');
    }
    int64_t fraction = 0;
    if (*at == '.') {
        at++;
        fraction = take_fraction(&at);
    }
    if (*at || fraction < 0 || seconds > 9000000000LL)
        return -1;
    *ret_unix_ns = seconds * CLOCK_SECOND + fraction;
    return 0;
}

int clock_parse_when(const char *text, int64_t now_ns, const char *field, int64_t *ret_unix_ns, struct error **err)
{
    int64_t back;
    if (!parse_unix(text, ret_unix_ns) || !parse_calendar(text, 1, ret_unix_ns))
        return 0;
    if (!clock_parse_duration(text, &back) && !__builtin_sub_overflow(now_ns, back, ret_unix_ns))
        return 0;
    return error_set(err, ERROR_INVALID, 0,
                     "%s: \"%s\" is not a time: expected Unix seconds, RFC 3339 or a duration such as 10m", field,
                     text);
}

/* A number of @unit with what is left of it as decimals, none of them a trailing zero. */
static void put_decimal(struct buf *out, uint64_t value, uint64_t unit)
{
    buf_printf(out, "%llu", (unsigned long long)(value / unit));
    uint64_t rest = value % unit;
    if (rest)
        buf_putc(out, '.');
    for (uint64_t digit = unit / 10; rest; digit /= 10) {
        buf_putc(out, (char)('0' + rest / digit));
        rest %= digit;
    }
}

const char *clock_format_duration(int64_t ns, char ret_text[CLOCK_TEXT_SIZE])
{
    static const struct {
        uint64_t ns;
        const char *name;
    } units[] = { { 1000000, "ms" }, { 1000, "µs" }, { 1, "ns" } };
    autobuf out = BUF(CLOCK_TEXT_SIZE - 1);
    uint64_t left = ns < 0 ? -(uint64_t)ns : (uint64_t)ns, minutes = left / (60 * CLOCK_SECOND);
    buf_puts(&out, ns < 0 ? "-" : "");
    if (left && left < CLOCK_SECOND) {
        size_t i = left >= units[0].ns ? 0 : left >= units[1].ns ? 1 : 2;
        put_decimal(&out, left, units[i].ns);
        buf_puts(&out, units[i].name);
    } else {
        if (minutes >= 60)
            buf_printf(&out, "%lluh", (unsigned long long)minutes / 60);
        if (minutes)
            buf_printf(&out, "%llum", (unsigned long long)minutes % 60);
        put_decimal(&out, left % (60 * CLOCK_SECOND), CLOCK_SECOND);
        buf_puts(&out, "s");
    }
    memcpy(ret_text, buf_text(&out), out.len + 1);
    return ret_text;
}
