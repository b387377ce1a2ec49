/*
 * The real things: conmon and each installed runtime, driven as the engine drives them, on a root of busybox alone.
 * Needs root, conmon, a runtime and a static busybox; without them it proves nothing and says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/attach/pump.h"
#include "core/container/container.h"
#include "core/container/exec/session.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/conmon_types.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/store/store.h"

struct stack {
    const char *runtime;
    struct arena *arena;
    char folder[64];
    struct config config;
    struct engine engine;
    struct container_spec spec;
    struct container ctr;
    const char *bundle, *run, *exits;
    struct conmon_created made;
    int socket;
};

static const char *below(struct stack *stack, const char *name)
{
    autoerror *err = NULL;
    const char *path = arena_printf(stack->arena, "%s/%s", stack->folder, name);
    assert_int_equal(path_mkdirs(path, 0755, &err), 0);
    return path;
}

static void make_root(struct stack *stack)
{
    autoerror *err = NULL;
    size_t len;
    const char *bin = below(stack, "root/bin");
    autofree char *busybox = path_read("/bin/busybox", 8 << 20, &len, &err);
    assert_non_null(busybox);
    assert_int_equal(path_write_atomic(arena_printf(stack->arena, "%s/busybox", bin), busybox, len, 0755, false, &err),
                     0);
    static const char *const names[] = { "sh", "cat", "sleep", "stty", "true", "id" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(symlink("busybox", arena_printf(stack->arena, "%s/%s", bin, names[i])), 0);
}

static bool setup_stack(struct stack *stack, const char *runtime)
{
    *stack =
        (struct stack){ .runtime = runtime, .arena = arena_new(), .folder = "/tmp/coracle-stack-XXXXXX", .socket = -1 };
    if (geteuid() || access(runtime, X_OK) || access("/usr/bin/conmon", X_OK) || access("/bin/busybox", X_OK) ||
        !mkdtemp(stack->folder))
        return false;
    make_root(stack);
    autoerror *err = NULL;
    stack->engine.config = &stack->config;
    stack->engine.program = "/bin/true";
    stack->engine.root = arena_printf(stack->arena, "%s/graph", stack->folder);
    stack->engine.runroot = arena_printf(stack->arena, "%s/rungraph", stack->folder);
    stack->engine.store = store_open(stack->engine.root, stack->engine.runroot, &err);
    assert_non_null(stack->engine.store);
    stack->spec.network_mode = "none";
    stack->spec.cap_defaults = "docker";
    stack->ctr.spec = &stack->spec;
    stack->ctr.name = "stack";
    stack->ctr.user = stack->ctr.workdir = "";
    stack->ctr.stop_signal = "KILL";
    stack->ctr.runtime = runtime;
    stack->ctr.mountpoint = arena_printf(stack->arena, "%s/root", stack->folder);
    return true;
}

static void create(struct stack *stack, const char *script)
{
    autoerror *err = NULL;
    struct arena *arena = stack->arena;
    struct str_list warnings = { 0 };
    id_random(stack->ctr.id);
    stack->ctr.command = (struct str_list){ 0 };
    str_list_add(arena, &stack->ctr.command, "sh");
    str_list_add(arena, &stack->ctr.command, "-c");
    str_list_add(arena, &stack->ctr.command, script);
    stack->bundle = store_container_dir(stack->engine.store, arena, stack->ctr.id);
    assert_int_equal(path_mkdirs(stack->bundle, 0755, &err), 0);
    stack->run = below(stack, "run");
    stack->exits = below(stack, "exits");
    stack->ctr.log_path = arena_printf(arena, "%s/ctr.log", stack->bundle);
    struct oci_place place = { .rootfs = stack->ctr.mountpoint, .files_dir = stack->run, .shm_dir = below(stack, "shm"),
                               .cgroup_path = arena_printf(arena, "/coracle-unit/%s", stack->ctr.id) };
    autobuf config = BUF(1 << 20);
    if (oci_config(&stack->engine, arena, &stack->ctr, &place, &config, &warnings, &err) < 0)
        fail_msg("%s", err->message);
    assert_int_equal(path_write_atomic(arena_printf(arena, "%s/config.json", stack->bundle), config.data, config.len,
                                       0644, false, &err),
                     0);
    struct conmon_create what = {
        .id = stack->ctr.id,
        .name = "stack",
        .runtime = stack->runtime,
        .bundle = stack->bundle,
        .run_dir = stack->run,
        .exit_dir = stack->exits,
        .persist_dir = below(stack, "persist"),
        .log_path = stack->ctr.log_path,
        .tty = stack->spec.tty,
        .stdin_open = stack->spec.open_stdin,
        .stdin_stays = !stack->spec.stdin_once,
    };
    bool refused;
    if (conmon_create(&stack->engine, &what, &stack->made, &refused, &err) < 0)
        fail_msg("%s", err->message);
    assert_true(stack->made.pid > 0 && stack->made.conmon_pid > 0);
    stack->socket = conmon_connect(stack->bundle, &err);
    assert_true(stack->socket >= 0);
}

static int run(struct stack *stack, const char *verb, const char *last, struct error **err)
{
    return runtime_run(&stack->engine, stack->runtime, (const char *[]){ verb, stack->ctr.id, last, NULL }, err);
}

static void start(struct stack *stack)
{
    autoerror *err = NULL;
    if (run(stack, "start", NULL, &err) < 0)
        fail_msg("%s", err->message);
}

/* The code conmon wrote for the container. */
static int exit_code(struct stack *stack)
{
    autoerror *err = NULL;
    const char *path = arena_printf(stack->arena, "%s/%s", stack->exits, stack->ctr.id);
    autofd watch = inotify_init1(IN_CLOEXEC);
    inotify_add_watch(watch, stack->exits, IN_MOVED_TO | IN_CREATE);
    while (!path_exists(path))
        assert_int_equal(fd_poll(watch, POLLIN, 20000), 1);
    autofree char *text = path_read(path, 16, NULL, &err);
    return atoi(text);
}

static void destroy(struct stack *stack)
{
    struct error *err = NULL;
    fd_close(fd_take(&stack->socket));
    if (runtime_run(&stack->engine, stack->runtime, (const char *[]){ "delete", "--force", stack->ctr.id, NULL },
                    &err) < 0)
        fail_msg("%s", err->message);
    exit_code(stack); /* conmon's last act in the bundle */
    path_remove_tree(stack->bundle, &err);
}

/* The runtimes leave the parents of the cgroups they make. */
static void remove_cgroups(struct stack *stack)
{
    DIR *dir = opendir("/sys/fs/cgroup");
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        rmdir(arena_printf(stack->arena, "/sys/fs/cgroup/%s/coracle-unit", entry->d_name));
    rmdir("/sys/fs/cgroup/coracle-unit");
    if (dir)
        closedir(dir);
}

static void teardown_stack(struct stack *stack)
{
    autoerror *err = NULL;
    remove_cgroups(stack);
    store_close(stack->engine.store);
    path_remove_tree(stack->folder, &err);
    arena_free(stack->arena);
}

/* A client of its own thread, gathering all output. */
struct client {
    struct pump pump;
    int ours, theirs;
    struct buf got;
    pthread_t thread;
};

static void *pump_thread(void *context)
{
    struct client *client = context;
    pump_run(&client->pump);
    close(client->theirs);
    return NULL;
}

static void client_start(struct client *client, int socket)
{
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    *client = (struct client){ .ours = pair[0], .theirs = pair[1], .got = BUF(1 << 20) };
    client->pump =
        (struct pump){ .client = pair[1], .conmon = socket, .exited = -1, .in = true, .out = true, .err = true };
    pthread_create(&client->thread, NULL, pump_thread, client);
}

static const char *client_end(struct client *client, struct arena *arena)
{
    autoerror *err = NULL;
    assert_int_equal(fd_read_all(client->ours, &client->got, "client", &err), 0);
    pthread_join(client->thread, NULL);
    close(client->ours);
    const char *text = arena_strndup(arena, buf_text(&client->got), client->got.len);
    buf_free(&client->got);
    return text;
}

static void input_output_and_exit(struct stack *stack)
{
    struct client client;
    stack->spec.open_stdin = stack->spec.stdin_once = true;
    create(stack, "cat; echo $HOME; exit 7");
    client_start(&client, stack->socket);
    start(stack);
    assert_int_equal(fd_write_all_raw(client.ours, "hello\n", 6), 0);
    shutdown(client.ours, SHUT_WR);
    assert_string_equal(client_end(&client, stack->arena), "hello\n/\n");
    assert_int_equal(exit_code(stack), 7);
    destroy(stack);
}

static void input_that_stays_outlives_a_client(struct stack *stack)
{
    struct client client;
    autoerror *err = NULL;
    stack->spec.open_stdin = true;
    stack->spec.stdin_once = false;
    create(stack, "read a; read b; echo $a $b");
    start(stack);
    assert_int_equal(send(stack->socket, "one\n", 4, 0), 4);
    fd_close(fd_take(&stack->socket));
    stack->socket = conmon_connect(stack->bundle, &err);
    assert_true(stack->socket >= 0);
    client_start(&client, stack->socket);
    assert_int_equal(fd_write_all_raw(client.ours, "two\n", 4), 0);
    assert_string_equal(client_end(&client, stack->arena), "one two\n");
    assert_int_equal(exit_code(stack), 0);
    destroy(stack);
}

static void a_terminal_has_the_size_it_was_given(struct stack *stack)
{
    struct client client;
    autoerror *err = NULL;
    stack->spec.tty = stack->spec.open_stdin = true;
    create(stack, "until [ \"$(stty size 2>/dev/null)\" = '33 101' ]; do :; done; echo it fits");
    client_start(&client, stack->socket);
    start(stack);
    assert_int_equal(conmon_resize(stack->bundle, 33, 101, &err), 0);
    assert_string_equal(client_end(&client, stack->arena), "it fits\r\n");
    stack->spec.tty = stack->spec.open_stdin = false;
    destroy(stack);
}

static void failures_tell_missing_from_unusable(struct stack *stack)
{
    static const struct {
        const char *command;
        enum error_kind kind;
    } wrong[] = { { "/nosuch", ERROR_NOT_FOUND }, { "nosuch", ERROR_NOT_FOUND }, { "/bin", ERROR_INVALID } };
    create(stack, "sleep 100");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        autoerror *err = NULL;
        const char *command[] = { wrong[i].command };
        char id[ID_HEX_SIZE];
        id_random(id);
        struct exec_session session = { .id = id, .container_id = stack->ctr.id, .spec.command = { command, 1 } };
        struct conmon_pipes pipes;
        int64_t pid;
        assert_int_equal(exec_spawn(&stack->engine, stack->arena, &stack->ctr, &session, false, 0, 0, &pipes, &err), 0);
        assert_int_equal(exec_await_pid(&stack->engine, stack->arena, &session, &pipes, &pid, &err), -1);
        conmon_pipes_close(&pipes);
        if (err->kind != wrong[i].kind)
            fail_msg("%s: %s", wrong[i].command, err->message);
    }
    destroy(stack);
}

static void an_exec_session_reports_its_exit(struct stack *stack)
{
    autoerror *err = NULL;
    const char *command[] = { "sh", "-c", "id; exit 5" };
    char id[ID_HEX_SIZE];
    id_random(id);
    create(stack, "sleep 100");
    start(stack);
    struct exec_session session = { .id = id,
                                    .container_id = stack->ctr.id,
                                    .spec = { .command = { command, 3 }, .user = "7:8" } };
    struct conmon_pipes pipes;
    struct conmon_sync *message;
    struct client client;
    int64_t pid;
    if (exec_spawn(&stack->engine, stack->arena, &stack->ctr, &session, true, 0, 0, &pipes, &err) < 0)
        fail_msg("%s", err->message);
    assert_int_equal(conmon_receive(stack->arena, pipes.attach, 20000, &message, &err), 0);
    assert_int_equal(message->data, 0);
    autofd socket = conmon_connect(exec_dir(&stack->engine, stack->arena, &session), &err);
    assert_true(socket >= 0);
    client_start(&client, socket);
    assert_int_equal(send(pipes.start, "", 1, 0), 1);
    assert_int_equal(exec_await_pid(&stack->engine, stack->arena, &session, &pipes, &pid, &err), 0);
    assert_string_equal(client_end(&client, stack->arena), "uid=7 gid=8 groups=8\n");
    assert_int_equal(conmon_receive(stack->arena, pipes.sync, 20000, &message, &err), 0);
    assert_int_equal(message->data, 5);
    conmon_pipes_close(&pipes);
    destroy(stack);
}

static void an_unknown_container_is_not_found(struct stack *stack)
{
    autoerror *err = NULL;
    id_random(stack->ctr.id);
    assert_int_equal(run(stack, "kill", "9", &err), -1);
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
}

static void all_of_it(const char *runtime)
{
    struct stack stack;
    if (!setup_stack(&stack, runtime)) {
        arena_free(stack.arena);
        print_message("%s, conmon or busybox is missing, or this is not root\n", runtime);
        skip();
    }
    input_output_and_exit(&stack);
    input_that_stays_outlives_a_client(&stack);
    a_terminal_has_the_size_it_was_given(&stack);
    failures_tell_missing_from_unusable(&stack);
    an_exec_session_reports_its_exit(&stack);
    an_unknown_container_is_not_found(&stack);
    teardown_stack(&stack);
}

static void crun_does_as_we_think(void **state)
{
    (void)state;
    all_of_it("/usr/bin/crun");
}

static void runc_does_as_we_think(void **state)
{
    (void)state;
    all_of_it("/usr/sbin/runc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crun_does_as_we_think),
        cmocka_unit_test(runc_does_as_we_think),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
