#pragma once
/* Capability names and the sets a container starts with. Private to core/oci. */
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct build;
struct container;
struct error;
struct machine;
struct oci_capabilities;

#define CAPABILITY_COUNT 41

const char *capability_name(int number); /* "CAP_CHOWN" */
/* "chown", "CAP_CHOWN", "Cap_Chown"; -1 when unknown. */
int capability_number(const char *text);

/* What a container of this spec may have: defaults, --cap-add, --cap-drop, --privileged, as Docker combines them.
 * ERROR_INVALID names an unknown one. @ret_added: those the user asked for */
int capability_sets(const struct build *build, uint64_t *ret_bounding, uint64_t *ret_added, struct error **err);
/* The five lists for a process with user id @uid. @privileged: an exec that takes all */
int capability_fill(const struct build *build, int64_t uid, bool privileged, struct oci_capabilities *caps,
                    struct error **err);
/* Names of the bits, in the kernel's order; arena. */
struct str_list capability_names(struct arena *arena, uint64_t set);
