#include "core/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/buf.h"

static enum log_level log_threshold = LOG_WARN;
static int log_journal;

static const struct {
    const char *name;
    enum log_level level;
} log_names[] = {
    { "error", LOG_ERROR }, { "warn", LOG_WARN },   { "info", LOG_INFO },   { "debug", LOG_DEBUG },
    { "fatal", LOG_ERROR }, { "panic", LOG_ERROR }, { "warning", LOG_WARN }, { "trace", LOG_DEBUG },
};

void log_init(enum log_level level)
{
    log_threshold = level;
    log_journal = getenv("JOURNAL_STREAM") != NULL;
}

int log_level_from_text(const char *text)
{
    for (size_t i = 0; i < sizeof log_names / sizeof *log_names; i++)
        if (!strcasecmp(text, log_names[i].name))
            return (int)log_names[i].level;
    return -1;
}

int log_enabled(enum log_level level)
{
    return level <= log_threshold;
}

void log_write(enum log_level level, const char *format, ...)
{
    static const int priority[] = { 3, 4, 6, 7 };
    if (!log_enabled(level))
        return;
    char line[4096];
    int at = log_journal ? snprintf(line, sizeof line, "<%d>", priority[level])
                         : snprintf(line, sizeof line, "coracled: %s: ", log_names[level].name);
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line + at, sizeof line - (size_t)at - 1, format, args);
    va_end(args);
    size_t end = (size_t)at + (len < 0 ? 0 : (size_t)len);
    if (end > sizeof line - 2)
        end = sizeof line - 2;
    for (size_t i = (size_t)at; i < end; i++) /* one line each: what came from outside cannot forge a second */
        if ((unsigned char)line[i] < ' ')
            line[i] = ' ';
    line[end++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, end);
    (void)written;
}
