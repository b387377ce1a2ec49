/* Any bytes as what registries say and as the files that speak of them. The first byte chooses. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/image/image.h"
#include "core/registry/challenge.h"
#include "core/registry/settings.h"

static char folder[] = "/tmp/coracle-fuzz-XXXXXX";

static void remove_folder(void)
{
    autoerror *err = NULL;
    path_remove_tree(folder, &err);
}

/* A home whose files hide the machine's. */
static void make_home(void)
{
    static int made;
    autoerror *err = NULL;
    if (made++)
        return;
    assert(mkdtemp(folder));
    atexit(remove_folder);
    setenv("HOME", folder, 1);
    setenv("XDG_RUNTIME_DIR", folder, 1);
    unsetenv("CONTAINERS_REGISTRIES_CONF");
    unsetenv("REGISTRIES_CONFIG_PATH");
    unsetenv("REGISTRY_AUTH_FILE");
    unsetenv("DOCKER_CONFIG");
    unsetenv("XDG_CONFIG_HOME");
    setenv("PATH", "/nowhere", 1); /* no credential helper is there */
}

static void write_file(struct arena *arena, const char *name, const char *text, size_t len)
{
    autoerror *err = NULL;
    const char *dir = arena_printf(arena, "%s/.config/containers", folder);
    assert(path_mkdirs(dir, 0755, &err) == 0);
    assert(path_write_inplace(arena_printf(arena, "%s/%s", dir, name), text, len, 0600, &err) == 0);
}

static struct reference known(struct arena *arena)
{
    struct reference reference;
    autoerror *err = NULL;
    assert(reference_parse(arena, "r.example:5000/a/b:1", "docker.io", &reference, &err) == 0);
    return reference;
}

static void challenge(struct arena *arena, const char *text)
{
    const char *both[] = { text, text };
    struct challenge asked = challenge_read(arena, &(struct str_list){ both, 2 });
    assert(!(asked.bearer && asked.basic) && asked.realm && asked.service && asked.scope && asked.error);
}

static void header(struct arena *arena, const char *text, size_t len)
{
    struct registry_auth auth, picked;
    autoerror *err = NULL, *again = NULL;
    int rc = registry_auth_decode(arena, text, &auth, &err);
    assert((rc < 0) == !!err);
    rc = registry_auth_decode(arena, str_base64(arena, text, len), &auth, &again);
    assert((rc < 0) == !!again);
    if (rc < 0)
        return;
    picked = registry_pick_auth(arena, &auth, "r.example:5000", "a/b");
    assert(!picked.registry_token || !strpbrk(picked.registry_token, "\r\n"));
}

static void conf(struct arena *arena, const char *text, size_t len)
{
    struct registry_endpoints endpoints;
    struct str_list names = { 0 };
    struct reference reference = known(arena);
    autoerror *err = NULL, *again = NULL;
    write_file(arena, "registries.conf", text, len);
    int rc = registry_find_endpoints(arena, &reference, &endpoints, &err);
    assert((rc < 0) == !!err && (rc < 0 || endpoints.count));
    rc = registry_expand_short_name(arena, "a:1", &names, &again);
    assert((rc < 0) == !!again && (rc < 0 || names.count));
}

static void policy(struct arena *arena, const char *text, size_t len)
{
    struct reference reference = known(arena);
    autoerror *err = NULL;
    write_file(arena, "policy.json", text, len);
    int rc = registry_check_policy(arena, &reference, &err);
    assert((rc < 0) == !!err);
    assert(rc < 0 || strstr(text, "insecureAcceptAnything") || strchr(text, '\\'));
}

static void auth_file(struct arena *arena, const char *text, size_t len)
{
    struct registry_auth auth;
    autoerror *err = NULL;
    write_file(arena, "registries.conf", "", 0);
    write_file(arena, "auth.json", text, len);
    int rc = registry_find_auth(arena, "r.example:5000", "a/b", &auth, &err);
    assert((rc < 0) == !!err);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    autoarena *arena = arena_new();
    if (!len)
        return 0;
    make_home();
    const char *text = arena_strndup(arena, (const char *)data + 1, len - 1);
    switch (*data) {
    case 'c': challenge(arena, text); break;
    case 'h': header(arena, text, strlen(text)); break;
    case 'r': conf(arena, text, strlen(text)); break;
    case 'p': policy(arena, text, strlen(text)); break;
    case 'a': auth_file(arena, text, strlen(text)); break;
    default: break;
    }
    return 0;
}
