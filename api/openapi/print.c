#include "api/openapi/print.h"

#include <inttypes.h>

#include "core/schema/schema.h"

static void begin_value(struct printer *printer, const char *key)
{
    if (printer->followed)
        buf_putc(printer->out, ',');
    if (printer->depth)
        buf_printf(printer->out, "\n%*s", (int)(2 * printer->depth), "");
    printer->followed = true;
    if (!key)
        return;
    schema_encode_text(printer->out, key);
    buf_puts(printer->out, ": ");
}

void print_open(struct printer *printer, const char *key, char bracket)
{
    begin_value(printer, key);
    buf_putc(printer->out, bracket);
    printer->depth++;
    printer->followed = false;
}

void print_close(struct printer *printer, char bracket)
{
    printer->depth--;
    if (printer->followed)
        buf_printf(printer->out, "\n%*s", (int)(2 * printer->depth), "");
    buf_putc(printer->out, bracket);
    printer->followed = true;
}

void print_text(struct printer *printer, const char *key, const char *value)
{
    begin_value(printer, key);
    schema_encode_text(printer->out, value);
}

void print_bool(struct printer *printer, const char *key, bool value)
{
    begin_value(printer, key);
    buf_puts(printer->out, value ? "true" : "false");
}

void print_integer(struct printer *printer, const char *key, int64_t value)
{
    begin_value(printer, key);
    buf_printf(printer->out, "%" PRId64, value);
}
