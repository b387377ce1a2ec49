/* Any bytes as what images, users and runtimes give: passwd and group, seccomp profiles, keys, signals, words, rules.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/detach_keys.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/container/runtime/words.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/oci/user.h"

static char folder[] = "/tmp/coracle-fuzz-XXXXXX";

static void remove_folder(void)
{
    autoerror *err = NULL;
    path_remove_tree(folder, &err);
}

static int root_with(const unsigned char *data, size_t len)
{
    static int root = -1;
    if (root < 0) {
        assert(mkdtemp(folder));
        root = open(folder, O_PATH | O_DIRECTORY);
        assert(mkdirat(root, "etc", 0755) == 0);
        atexit(remove_folder);
    }
    static const char *const names[] = { "etc/passwd", "etc/group" };
    for (size_t i = 0; i < 2; i++) {
        autofd file = openat(root, names[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert(fd_write_all_raw(file, data, len) == 0);
    }
    return root;
}

static void users(struct arena *arena, const unsigned char *data, size_t len)
{
    static const char *const wanted[] = { "", "0", "a", "a:b", "1:1", "root:a" };
    int root = root_with(data, len);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        autoerror *err = NULL;
        struct user user;
        int rc = user_find(arena, root, wanted[i], NULL, &user, &err);
        assert((rc < 0) == !!err && (rc < 0 || (user.uid >= 0 && user.gid >= 0 && user.home)));
    }
}

static void profile(const char *text)
{
    autoerror *err = NULL;
    autobuf out = BUF(16 << 20);
    static const char *caps[] = { "CAP_CHOWN" };
    static struct config config;
    struct engine engine = { .config = &config };
    int rc = oci_seccomp(&engine, text, &(struct str_list){ caps, 1 }, &out, &err);
    assert((rc < 0) == !!err);
}

static void words(struct arena *arena, const char *text)
{
    autoerror *err = NULL;
    bool refused;
    assert(runtime_error("create", runtime_words(arena, text), &refused, &err) == -1 && err);
}

static void keys(const char *text, const unsigned char *data, size_t len)
{
    autoerror *err = NULL;
    struct detach_keys parsed;
    bool detached;
    char *out = malloc(len + DETACH_KEYS_MAX);
    if (detach_keys_parse(text, &parsed, &err) < 0) {
        error_clear(&err);
        assert(!detach_keys_parse(NULL, &parsed, &err));
    }
    assert(detach_keys_filter(&parsed, (const char *)data, len, out, &detached) <= len + DETACH_KEYS_MAX);
    free(out);
}

static void spec(struct arena *arena, const char *text)
{
    autoerror *err = NULL;
    struct container_spec asked = {
        .cap_defaults = "docker", .seccomp = "unconfined", .user = text, .stop_signal = text
    };
    str_list_add(arena, &asked.device_cgroup_rules, text);
    asked.resources.cpuset_cpus = text;
    struct container ctr = { .spec = &asked };
    static struct config config;
    struct engine engine = { .config = &config };
    int rc = oci_check(&engine, arena, &ctr, NULL, &err);
    assert((rc < 0) == !!err);
    error_clear(&err);
    asked.user = asked.stop_signal = ""; /* so that what comes later is reached */
    rc = oci_check(&engine, arena, &ctr, NULL, &err);
    assert((rc < 0) == !!err);
    error_clear(&err);
    asked.device_cgroup_rules.count = 0;
    rc = oci_check(&engine, arena, &ctr, NULL, &err);
    assert((rc < 0) == !!err);
    oci_signal(text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    autoarena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, len);
    users(arena, data, len);
    profile(text);
    words(arena, text);
    keys(text, data, len);
    spec(arena, text);
    return 0;
}
