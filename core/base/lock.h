#pragma once
/*
 * Lock files: OFD locks over the whole file, which exclude threads and processes alike, and conflict as they should with
 * the fcntl locks of podman, buildah and skopeo on the same file. Released by closing the descriptor, also by death.
 */
#include <stdbool.h>

struct arena;
struct error;
struct str_list;

/* Opens (creating it 0644) and locks @path, waiting as long as it takes. Returns an owned descriptor or -1. */
int lock_file(const char *path, bool exclusive, struct error **err);
/* The same, but gives up at once: -2 when somebody else holds it. */
int lock_file_try(const char *path, bool exclusive, struct error **err);

/*
 * The lock of an object that may be removed while others wait for it: the file DIR/NAME, which whoever removes the object
 * unlinks while it holds the lock. Who holds it and what for stands inside, for diagnostics.
 * @purpose: one word; @wait: false gives up at once with -2 when somebody else holds it
 */
int lock_object(const char *dir, const char *name, const char *purpose, bool wait, struct error **err);
/* The same of an object that was made: -2 also when it was removed, so that no file is left of what is gone. */
int lock_object_there(const char *dir, const char *name, const char *purpose, bool wait, struct error **err);
/* Names that have a lock file in DIR, held or not: also those left by who died before it made the object. Arena. */
void lock_object_names(const char *dir, struct arena *arena, struct str_list *ret_names);
