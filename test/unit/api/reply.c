#include "test/unit/api/memory.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "test/unit/core/schema/sample.h"

static int other_status(struct call *call, struct error **err)
{
    return reply_empty(call, 204, err);
}

static int other_schema(struct call *call, struct error **err)
{
    struct sample_leaf leaf = { 0 };
    return reply(call, 200, sample_leaf_schema(), &leaf, err);
}

static int other_shape(struct call *call, struct error **err)
{
    return reply_list(call, 200, sample_inline_schema(), NULL, 0, err);
}

static int other_error(struct call *call, struct error **err)
{
    (void)call;
    return error_set(err, ERROR_CONFLICT, 0, "not declared");
}

static int nothing(struct call *call, struct error **err)
{
    (void)call, (void)err;
    return 0;
}

static int unavailable(struct call *call, struct error **err)
{
    (void)call;
    return error_set(err, ERROR_UNAVAILABLE, 0, "shutting down");
}

#define INLINE .responses = { { 200, sample_inline_schema, "Something", REPLY_OBJECT, NULL } }
static const struct route table[] = {
    { ROUTE(GET, "/other-status"), .handler = other_status, INLINE },
    { ROUTE(GET, "/other-schema"), .handler = other_schema, INLINE },
    { ROUTE(GET, "/other-shape"), .handler = other_shape, INLINE },
    { ROUTE(GET, "/other-error"), .handler = other_error, INLINE },
    { ROUTE(GET, "/nothing"), .handler = nothing, INLINE },
    { ROUTE(GET, "/unavailable"), .handler = unavailable, INLINE },
    { 0 },
};
const struct route *const api_routes[] = { table, NULL };

/* Tests are test builds: the process has to end with SIGABRT. */
static void assert_aborts(const char *target)
{
    pid_t pid = fork();
    if (pid == 0) {
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        struct memory m = memory_open(NULL);
        memory_get(&m, target);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
        fail_msg("%s was answered", target);
}

static void what_a_route_does_not_declare_aborts(void **state)
{
    (void)state;
    static const char *const targets[] = { "/other-status", "/other-schema", "/other-shape", "/other-error", "/nothing" };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        assert_aborts(targets[i]);
}

static void some_failures_every_route_has(void **state)
{
    (void)state;
    struct memory m = memory_open(NULL);
    assert_int_equal(memory_get(&m, "/unavailable"), 503);
    memory_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_route_does_not_declare_aborts),
        cmocka_unit_test(some_failures_every_route_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
