/* Which packages the helpers are of. */
#include "core/system/packages.h"

#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/spawn.h"
#include "core/engine.h"
#include "core/system/system.h"

#define MAX_ANSWER_BYTES 16384
#define ASK_TIMEOUT_MS 10000
#define HELPERS 4
#define UNKNOWN "Unknown"

/* What a program says, also when it does not know all that it was asked; "" when it is not there. */
static const char *ask(struct arena *arena, const char *const *argv)
{
    const struct spawn what = { .argv = argv };
    autobuf out = BUF(MAX_ANSWER_BYTES);
    autoerror *ignored = NULL;
    return spawn_run(&what, NULL, &out, NULL, ASK_TIMEOUT_MS, &ignored) < 0 ? "" : arena_strdup(arena, buf_text(&out));
}

/* Of lines "PACKAGE[:ARCHITECTURE][, PACKAGE]: PATH" the first package for @path; "". */
static const char *owner_of(struct arena *arena, const char *lines, const char *path)
{
    const struct str_list list = str_split(arena, lines, '\n');
    const char *end = arena_printf(arena, ": %s", path);
    for (size_t i = 0; i < list.count; i++)
        if (str_ends(list.items[i], end))
            return arena_strndup(arena, list.items[i], strcspn(list.items[i], ":,"));
    return "";
}

/* In the form that podman shows: "conmon_2.1.6+ds1-1_amd64". */
static void ask_dpkg(struct arena *arena, const char *const paths[HELPERS], const char *packages[HELPERS])
{
    const char *search[HELPERS + 3] = { "dpkg-query", "-S" }, *show[HELPERS + 5] = { "dpkg-query", "-W", "-f",
                                                                                    "${Package}_${Version}_${Architecture}\\n" };
    size_t searched = 2, shown = 4;
    for (size_t i = 0; i < HELPERS; i++)
        if (*paths[i])
            search[searched++] = paths[i];
    const char *owners = ask(arena, search);
    for (size_t i = 0; i < HELPERS; i++) {
        packages[i] = *paths[i] ? owner_of(arena, owners, paths[i]) : "";
        if (*packages[i])
            show[shown++] = packages[i];
    }
    const struct str_list lines = str_split(arena, shown > 4 ? ask(arena, show) : "", '\n');
    for (size_t i = 0; i < HELPERS; i++) {
        const char *start = *packages[i] ? arena_printf(arena, "%s_", packages[i]) : "\n";
        packages[i] = "";
        for (size_t j = 0; j < lines.count; j++)
            if (str_starts(lines.items[j], start))
                packages[i] = lines.items[j];
    }
}

/* "conmon-2.1.10-1.fc40.x86_64" */
static const char *ask_rpm(struct arena *arena, const char *path)
{
    const char *argv[] = { "rpm", "-q", "--qf", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\\n", "-f", path, NULL };
    const char *answer = ask(arena, argv);
    return strchr(answer, ' ') ? "" : arena_strndup(arena, answer, strcspn(answer, "\n")); /* or a sentence */
}

/* What changes when one of them does. */
static const char *key_of(struct arena *arena, const char *const paths[HELPERS])
{
    char *key = arena_strdup(arena, "");
    for (size_t i = 0; i < HELPERS; i++) {
        struct stat st = { 0 };
        if (*paths[i] && stat(paths[i], &st) < 0)
            st.st_size = -1;
        key = arena_printf(arena, "%s%lld %lld.%09ld %s\n", key, (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
                           paths[i]);
    }
    return key;
}

static bool recall(struct arena *arena, const char *file, const char *key, const char *packages[HELPERS])
{
    autoerror *none = NULL;
    autofree char *kept = path_read(file, 2 * MAX_ANSWER_BYTES, NULL, &none);
    if (!kept || !str_starts(kept, key))
        return false;
    const struct str_list lines = str_split(arena, arena_strdup(arena, kept + strlen(key)), '\n');
    for (size_t i = 0; i < HELPERS && lines.count >= HELPERS; i++)
        packages[i] = lines.items[i];
    return lines.count >= HELPERS;
}

static void find(struct arena *arena, const char *const paths[HELPERS], const char *packages[HELPERS])
{
    ask_dpkg(arena, paths, packages);
    for (size_t i = 0; i < HELPERS; i++) {
        if (!*packages[i] && *paths[i])
            packages[i] = ask_rpm(arena, paths[i]);
        packages[i] = str_or(packages[i], UNKNOWN);
    }
}

void system_packages(struct engine *engine, struct arena *arena, const struct system_info *info, struct system_packages *ret_packages)
{
    const char *const paths[HELPERS] = { info->conmon_path, info->runtime_path, info->netavark_path, info->aardvark_path };
    const char *dir = arena_printf(arena, "%s/versions", engine->run_dir), *file = arena_printf(arena, "%s/packages", dir);
    const char *key = key_of(arena, paths), *packages[HELPERS] = { UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN };
    autoerror *none = NULL;
    if (!recall(arena, file, key, packages)) {
        find(arena, paths, packages);
        const char *text = arena_printf(arena, "%s%s\n%s\n%s\n%s\n", key, packages[0], packages[1], packages[2], packages[3]);
        if (path_mkdirs(dir, 0700, &none) == 0) /* not kept: the next one asks again */
            path_write_atomic(file, text, strlen(text), 0600, false, &none);
    }
    *ret_packages = (struct system_packages){ packages[0], packages[1], packages[2], packages[3] };
}
