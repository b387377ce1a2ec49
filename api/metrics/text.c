#include "api/metrics/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>

#include "core/base/buf.h"

void metrics_begin(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_value(struct buf *out, const char *value)
{
    for (; *value; value++) {
        if (*value == '\n')
            buf_puts(out, "\\n");
        else if (*value == '"' || *value == '\\')
            buf_printf(out, "\\%c", *value);
        else
            buf_putc(out, *value);
    }
}

static void put_labels(struct buf *out, va_list labels)
{
    char before = '{';
    for (const char *key; (key = va_arg(labels, const char *));) {
        buf_printf(out, "%c%s=\"", before, key);
        put_value(out, va_arg(labels, const char *));
        buf_putc(out, '"');
        before = ',';
    }
    if (before == ',')
        buf_putc(out, '}');
}

void metrics_sample(struct buf *out, const char *name, double value, ...)
{
    va_list labels;
    va_start(labels, value);
    buf_puts(out, name);
    put_labels(out, labels);
    va_end(labels);
    buf_printf(out, " %.15g\n", value);
}

void metrics_count(struct buf *out, const char *name, uint64_t value, ...)
{
    va_list labels;
    va_start(labels, value);
    buf_puts(out, name);
    put_labels(out, labels);
    va_end(labels);
    buf_printf(out, " %" PRIu64 "\n", value);
}
