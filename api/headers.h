#pragma once
/* Reply headers that do not belong to one route. Private to api/. */
#include <stdbool.h>

struct call;

/* Who answers. @accepted: false when the URL's version was refused (Docker then leaves one out). */
void headers_add_common(struct call *call, bool accepted);
/* Warning: 299, the text made printable. */
void headers_add_warning(struct call *call, const char *text);
