#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"

#define MAX_LINKS 255 /* as Go's evaluation has it; the kernel stops at 40 */
#define MAX_TARGET 4096

/* The target of a link at @path; NULL when it is none, or nothing. */
static const char *read_target(struct arena *arena, int root, const char *path)
{
    char target[MAX_TARGET];
    autofd fd = path_open_in(root, path, O_PATH | O_NOFOLLOW, 0);
    ssize_t len = fd < 0 ? -1 : readlinkat(fd, "", target, sizeof target);
    return len <= 0 || len == sizeof target ? NULL : arena_strndup(arena, target, (size_t)len);
}

const char *path_follow_in(struct arena *arena, int root, const char *path)
{
    const char *done = "", *rest = path_clean(arena, path) + 1;
    for (int links = 0; *rest;) {
        size_t len = strcspn(rest, "/");
        const char *next = path_clean(arena, arena_printf(arena, "%s/%.*s", done, (int)len, rest));
        const char *target = links < MAX_LINKS ? read_target(arena, root, next) : NULL;
        rest += len + (rest[len] == '/');
        if (!target) {
            done = strcmp(next, "/") ? next : "";
            continue;
        }
        links++;
        rest = arena_printf(arena, "%s/%s", target, rest);
        if (*rest == '/')
            done = "";
        rest += strspn(rest, "/");
    }
    return *done ? done : "/";
}
