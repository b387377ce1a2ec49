#pragma once
/* Lists of secrets, in both dialects. */
#include <stdbool.h>
#include <stddef.h>

struct call;
struct error;
struct filters;
struct secret;

/* Those that pass, oldest first. @docker: filters mean what Docker's do; @ret_secrets: arena. ERROR_INVALID names a filter. */
int secrets_asked(struct call *call, const struct filters *asked, bool docker, struct secret **ret_secrets, size_t *ret_count,
                  struct error **err);
