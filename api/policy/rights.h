#pragma once
/*
 * What rights there are, and which of them a preset gives.
 *
 * A right is "noun:verb". Every route and every varlink method has one (`.rights` of its table entry); a new one gets a
 * row here, so that somebody decides which presets give it. A verb "read" changes nothing and shows nothing that is
 * kept from readers; everything else counts as a change, and is audited.
 */
#include <stdbool.h>
#include <stddef.h>

struct policy_right {
    const char *name, *doc;
};
extern const struct policy_right policy_rights[]; /* ends with an empty entry */

struct policy_preset {
    const char *name, *doc;
    const char *const *grants; /* rights and route ids, NULL-terminated; NULL: all there are */
};
extern const struct policy_preset policy_presets[]; /* ends with an empty entry */

bool policy_is_right(const char *text);
const struct policy_preset *policy_find_preset(const char *name); /* NULL when there is none */
bool policy_right_changes(const char *right);
