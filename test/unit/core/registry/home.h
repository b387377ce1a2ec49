#pragma once
/* A home whose files hide the machine's: what registries.conf and the others say is up to the test. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/image/image.h"
#include "core/registry/settings.h"
#include "test/unit/core/archive/folder.h"

struct home {
    char *folder;
    struct arena *arena;
    struct error *err;
};

#define CONF ".config/containers/registries.conf"
#define POLICY ".config/containers/policy.json"
#define AUTH ".config/containers/auth.json"

static inline const char *home_path(struct home *home, const char *below)
{
    return arena_printf(home->arena, "%s/%s", home->folder, below);
}

static inline void home_write(struct home *home, const char *below, const char *text)
{
    const char *path = home_path(home, below);
    const char *dir = arena_strndup(home->arena, path, (size_t)(strrchr(path, '/') - path));
    if (path_mkdirs(dir, 0755, &home->err) < 0 || path_write_inplace(path, text, strlen(text), 0644, &home->err) < 0)
        abort();
}

/* Empty files of one's own, so that nothing of the machine's is read. */
static inline int home_make(void **state)
{
    static const char *const others[] = { "CONTAINERS_REGISTRIES_CONF",
                                          "REGISTRIES_CONFIG_PATH",
                                          "REGISTRY_AUTH_FILE",
                                          "DOCKER_CONFIG",
                                          "XDG_CONFIG_HOME",
                                          "XDG_RUNTIME_DIR" };
    struct home *home = mem_zalloc(sizeof *home);
    if (folder_make((void **)&home->folder) < 0)
        return -1;
    home->arena = arena_new();
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        unsetenv(others[i]);
    setenv("HOME", home->folder, 1);
    setenv("XDG_RUNTIME_DIR", home_path(home, "run"), 1);
    home_write(home, CONF, "");
    *state = home;
    return 0;
}

static inline int home_remove(void **state)
{
    struct home *home = *state;
    if (home->err)
        fprintf(stderr, "left: %s\n", home->err->message);
    error_free(home->err);
    arena_free(home->arena);
    int rc = folder_remove((void **)&home->folder);
    free(home);
    return rc;
}

static inline struct reference home_reference(struct home *home, const char *text)
{
    struct reference reference = { 0 };
    if (reference_parse(home->arena, text, "docker.io", &reference, &home->err) < 0)
        abort();
    return reference;
}

#define AT_HOME(test) cmocka_unit_test_setup_teardown(test, home_make, home_remove)

/* Fails the test when a call failed. */
#define OK(call)                                                                                                       \
    do {                                                                                                               \
        if ((call) < 0)                                                                                                \
            fail_msg("%s: %s", #call, home->err ? home->err->message : "no error set");                                \
    } while (0)

/* Expects a call to fail with these words, and forgets the error. */
#define FAILS(call, error_kind, words)                                                                                 \
    do {                                                                                                               \
        assert_int_equal(call, -1);                                                                                    \
        assert_non_null(home->err);                                                                                    \
        if (home->err->kind != (error_kind) || !strstr(home->err->message, words))                                     \
            fail_msg("%d %s, expected: %s", (int)home->err->kind, home->err->message, words);                          \
        error_clear(&home->err);                                                                                       \
    } while (0)
