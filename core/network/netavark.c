#include "core/network/netavark.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/base/procs.h"
#include "core/base/spawn.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/neighbours.h"
#include "core/network/rules.h"
#include "core/schema/json.h"

#define MAX_ANSWER (1u << 20)
#define TIMEOUT_MS 120000
#define FIRST_WORD 5 /* of a command line, after the options all have */
#define MAX_WORDS 10

const char *netavark_request_path(struct engine *engine, struct arena *arena, const char *container_id)
{
    return arena_printf(arena, "%s/netavark/%s.json", engine->run_dir, container_id);
}

/* {"error":"…"} on standard output, or whatever it wrote. */
static const char *own_words(struct arena *arena, const struct buf *out, const struct buf *errout)
{
    autoerror *ignored = NULL;
    const struct json *answer = json_parse(arena, buf_text(out), out->len, SCHEMA_LIMITS, &ignored);
    const char *text = json_get_text(answer, "error");
    if (text)
        return text;
    return errout->len ? arena_strndup(arena, errout->data, strcspn(errout->data, "\n")) : "no reason given";
}

/* It starts iptables or nft through PATH, which a service's may not lead to. */
static const char *const *environment(const struct config *config, struct arena *arena, bool firewall)
{
    const char *driver = firewall ? config->firewall_driver : "none";
    const char *const *base = spawn_environ();
    size_t count = 0;
    while (base[count])
        count++;
    const char **env = arena_array(arena, count + 3, sizeof *env);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!str_starts(base[i], "PATH=") && (str_empty(driver) || !str_starts(base[i], "NETAVARK_FW=")))
            env[kept++] = base[i];
    env[kept++] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    if (!str_empty(driver))
        env[kept] = arena_printf(arena, "NETAVARK_FW=%s", driver);
    return env;
}

/* The lock dies with a server that is killed; the netavark it started goes on, and two at once get in each other's way.
 * So the lock's file is not empty while one runs, and who finds it so waits for that one. */
static int await_abandoned(int lock, const char *dir, struct error **err)
{
    static const char *const programs[] = { "netavark", NULL };
    struct stat st;
    if (fstat(lock, &st) < 0 || !st.st_size)
        return 0;
    if (procs_end(programs, dir, 0, TIMEOUT_MS) < 0)
        return error_set(err, ERROR_TIMEOUT, 0, "a netavark that nobody waits for any more does not end");
    return 0;
}

static void mark(int lock, const char *text)
{
    if (ftruncate(lock, 0) < 0 || pwrite(lock, text, strlen(text), 0) < 0)
        log_debug("netavark.lock cannot be written: %s", strerrordesc_np(errno));
}

static int run_locked(const struct spawn *what, const char *request, int lock, struct arena *arena, const char *verb,
                      struct error **err)
{
    autobuf out = BUF(MAX_ANSWER), errout = BUF(MAX_ANSWER);
    mark(lock, "running\n");
    int code = spawn_run(what, request, &out, &errout, TIMEOUT_MS, err);
    mark(lock, "");
    if (code < 0)
        return -1;
    return code ? error_set(err, ERROR_INTERNAL, 0, "netavark %s: %s", verb, own_words(arena, &out, &errout)) : 0;
}

/* Rules and bridges are the machine's: others that start netavark hold these locks meanwhile, podman 5 the first, podman
 * 4 the second. What cannot be opened keeps nobody off. */
static void lock_machine(int ret_locks[2])
{
    static const char *const files[] = { "/run/lock/netavark.lock", "/etc/containers/networks/netavark.lock" };
    autoerror *missing = NULL;
    path_mkdirs("/run/lock", 0755, &missing);
    for (size_t i = 0; i < 2; i++) {
        autoerror *ignored = NULL;
        ret_locks[i] = lock_file(files[i], true, &ignored);
    }
}

/* One at a time: the first container of a network makes its bridge and chains, the last one removes them. */
int netavark_lock(struct engine *engine, struct arena *arena, struct error **err)
{
    const char *dir = arena_printf(arena, "%s/netavark", engine->run_dir);
    if (path_mkdirs(dir, 0700, err) < 0)
        return -1;
    autofd lock = lock_file(arena_printf(arena, "%s/netavark.lock", engine->run_dir), true, err);
    return lock < 0 || await_abandoned(lock, dir, err) < 0 ? -1 : fd_take(&lock);
}

/* @words: what follows the options, ended by NULL. @firewall: its rules are to be looked after whatever there are */
static int run_program(struct engine *engine, struct arena *arena, const char *const *words, const char *request, bool firewall,
                       struct error **err)
{
    const char *program = config_find_helper(engine->config, arena, "netavark", NULL);
    const char *aardvark = config_find_helper(engine->config, arena, "aardvark-dns", NULL);
    const char *dir = arena_printf(arena, "%s/netavark", engine->run_dir);
    if (!program)
        return error_set(err, ERROR_UNSUPPORTED, 0, "netavark is not installed: install the package netavark");
    const char *argv[MAX_WORDS] = {
        program, "--config", dir, "--rootless=false", arena_printf(arena, "--aardvark-binary=%s", str_or(aardvark, "/usr/lib/podman/aardvark-dns")),
    };
    for (size_t i = 0, at = FIRST_WORD; words[i] && at < MAX_WORDS - 1; i++)
        argv[at++] = words[i];
    neighbours_enroll(engine, arena);
    autofd lock = netavark_lock(engine, arena, err);
    if (lock < 0)
        return -1;
    int machine[2];
    lock_machine(machine);
    /* Rules are looked at with the locks held: nobody makes or removes any meanwhile. */
    const struct spawn what = { .argv = argv, .env = environment(engine->config, arena, firewall || (request && !rules_suffice(arena, request))) };
    int rc = run_locked(&what, request, lock, arena, words[0], err);
    fd_close(machine[0]);
    fd_close(machine[1]);
    return rc;
}

int netavark_run(struct engine *engine, struct arena *arena, const char *verb, const char *request, const char *netns, struct error **err)
{
    const char *words[] = { verb, netns, NULL };
    return run_program(engine, arena, words, request, false, err);
}

int netavark_drop(struct engine *engine, struct arena *arena, const char *request, const char *netns, struct error **err)
{
    const char *words[] = { "teardown", netns, NULL };
    return run_program(engine, arena, words, request, true, err);
}

int netavark_update(struct engine *engine, struct arena *arena, const char *network, const struct str_list *servers, struct error **err)
{
    const char *words[] = { "update", network, "--network-dns-servers", str_join(arena, servers, ","), NULL };
    return run_program(engine, arena, words, NULL, false, err);
}
