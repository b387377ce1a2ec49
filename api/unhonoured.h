#pragma once
/*
 * Members of a create request that this engine does not honour. A .def file declares them as rows of kind ANY; one that
 * says something is refused by name, since leaving it out in silence could change isolation, limits or data. A row's
 * text that begins with "Refused: " goes on with the reason.
 */
#include <stdbool.h>

#include "core/schema/schema.h"

struct error;

/* null, "", false, 0, [], {} and NULL say nothing: clients send whole structs with their zero values. */
bool unhonoured_says_something(const char *json);
/* ERROR_INVALID names @prefix and the first row of kind ANY that says something, save the one called @except (may be
 * NULL). */
int unhonoured_refuse(const struct schema *schema, const void *object, const char *prefix, const char *except,
                      struct error **err);
/* "field: value is not supported: expected …" */
int unhonoured_value(const char *field, const char *value, const char *expected, struct error **err);
/* ERROR_INVALID unless @value is empty or one of the words of "first|second|…". */
int unhonoured_word(const char *field, const char *value, const char *accepted, struct error **err);
/* An option of SELinux labels ("disable", "type:X" …): ERROR_INVALID when it is none. They make no difference. */
int unhonoured_label(const char *field, const char *value, struct error **err);
