#pragma once
/* The name of an image that is made here. Private to core/image. */
#include <stdbool.h>

struct arena;
struct error;

/* Full; "" when none was asked for. ERROR_INVALID */
int image_new_name(struct arena *arena, const char *reference, bool docker, const char **ret_name, struct error **err);
