#pragma once
/* From what a file or a header says to credentials. Private to core/registry. */
struct arena;
struct auth_entry;
struct error;
struct registry_auth;

/* @where: for messages. ERROR_INVALID when "auth" is no base64 of user:password */
int auth_from_entry(struct arena *arena, const struct auth_entry *entry, const char *where,
                    struct registry_auth *ret_auth, struct error **err);
