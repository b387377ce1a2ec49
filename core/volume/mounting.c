#include "core/volume/mounting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/spawn.h"
#include "core/base/str.h"
#include "core/volume/options.h"
#include "core/volume/volume.h"

#define MOUNT_TIMEOUT_MS 60000
#define MAX_WORDS 4096
#define MAX_ESCAPED (4 * 4096)
#define MAX_STACKED 16

/* As /proc/self/mountinfo writes a path. */
static const char *escape(struct arena *arena, const char *path)
{
    autobuf text = BUF(MAX_ESCAPED);
    for (; *path; path++)
        if (strchr(" \t\n\\", *path))
            buf_printf(&text, "\\%03o", (unsigned char)*path);
        else
            buf_putc(&text, *path);
    return arena_strdup(arena, buf_text(&text));
}

/* Without touching what is mounted: a server of it may not answer. */
static bool is_mounted(struct arena *arena, const char *mountpoint)
{
    FILE *table = fopen("/proc/self/mountinfo", "re");
    const char *wanted = arena_printf(arena, " %s ", escape(arena, mountpoint));
    char *line = NULL;
    size_t room = 0;
    bool found = false;
    while (table && !found && getline(&line, &room, table) > 0)
        found = strstr(line, wanted) != NULL;
    free(line);
    if (table)
        fclose(table);
    return found;
}

/* One line of what mount said. */
static const char *words_of(struct arena *arena, struct buf *said)
{
    char *text = arena_strdup(arena, buf_text(said));
    text[strcspn(text, "\n")] = '\0';
    return str_starts(text, "mount: ") ? text + strlen("mount: ") : text;
}

int mounting_mount(struct arena *arena, const struct volume *volume, const struct local_options *options,
                   struct error **err)
{
    const char *argv[] = { "mount", "-t", options->type, "-o", str_or(options->data, "defaults"), "--", options->device,
                           volume->mountpoint, NULL };
    const struct spawn what = { .argv = argv };
    autobuf said = BUF(MAX_WORDS);
    if (is_mounted(arena, volume->mountpoint))
        return 0;
    int code = spawn_run(&what, NULL, NULL, &said, MOUNT_TIMEOUT_MS, err);
    if (code < 0) {
        (*err)->kind = ERROR_INTERNAL;
        return error_wrap(err, "mounting volume %s", volume->name);
    }
    if (code > 0)
        return error_set_about(err, ERROR_INVALID, "volume", volume->name,
                               "error while mounting volume '%s': failed to mount local volume: %s", volume->name,
                               words_of(arena, &said));
    /* What is unmounted here must not be unmounted at the source, too. */
    if (options->slave && mount(NULL, volume->mountpoint, NULL, MS_SLAVE | MS_REC, NULL) < 0) {
        int why = errno;
        mounting_unmount(volume->mountpoint);
        return error_set(err, ERROR_INTERNAL, why, "making the mount of volume %s a slave", volume->name);
    }
    return 0;
}

void mounting_unmount(const char *mountpoint)
{
    for (int i = 0; i < MAX_STACKED && umount2(mountpoint, MNT_DETACH | UMOUNT_NOFOLLOW) == 0; i++)
        continue;
}
