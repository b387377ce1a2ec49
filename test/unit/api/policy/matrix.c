/*
 * Every route of the real tables, in every preset, by every spelling of a request: a handler is reached only when the
 * preset gives its entry, and who may not call an entry hears 403 and nothing else.
 *
 * The tables are the real ones with other handlers; new routes are in this test by being in the tables.
 */
#define api_routes real_routes
#include "api/routes.c"
#undef api_routes
#define varlink_interfaces real_interfaces
#include "api/varlink/interfaces.c"
#undef varlink_interfaces

#include "test/unit/api/memory.h"

#include "api/match.h"
#include "api/policy/policy.h"
#include "api/policy/rights.h"
#include "core/base/path.h"

#define MAX_ROUTES 1024
#define MAX_METHODS 512

static struct route probes[MAX_ROUTES];
const struct route *const api_routes[] = { probes, NULL };

static struct varlink_method method_probes[MAX_METHODS];
static const struct varlink_method *method_tables[8][2];
static struct varlink_interface interface_probes[8];
const struct varlink_interface *const varlink_interfaces[] = { &interface_probes[0], &interface_probes[1], &interface_probes[2], NULL };

static const struct route *reached;
static const struct varlink_method *reached_method;
static struct memory m;
static struct policy_set *set;
static char policy_path[64];

static int probe(struct call *call, struct error **err)
{
    assert_null(reached);
    reached = call->route;
    return error_set(err, ERROR_UNSUPPORTED, 0, "reached");
}

static int probe_method(struct varlink_call *call, struct error **err)
{
    assert_null(reached_method);
    reached_method = call->method;
    return error_set(err, ERROR_UNSUPPORTED, 0, "reached");
}

static void copy_routes(void)
{
    size_t count = 0;
    for (const struct route *const *table = real_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++) {
            assert_true(count < MAX_ROUTES - 1);
            probes[count] = *route;
            probes[count++].handler = probe;
        }
    assert_true(count > 60);
}

static void copy_methods(void)
{
    size_t count = 0, interfaces = 0;
    for (; real_interfaces[interfaces]; interfaces++) {
        const struct varlink_interface *real = real_interfaces[interfaces];
        assert_non_null(varlink_interfaces[interfaces]);
        method_tables[interfaces][0] = &method_probes[count];
        for (const struct varlink_method *const *table = real->methods; *table; table++)
            for (const struct varlink_method *method = *table; method->name; method++) {
                assert_true(count < MAX_METHODS - 1);
                method_probes[count] = *method;
                method_probes[count++].handler = probe_method;
            }
        count++; /* the empty entry */
        interface_probes[interfaces] = *real;
        interface_probes[interfaces].methods = method_tables[interfaces];
    }
    assert_null(varlink_interfaces[interfaces]);
}

/* A socket for each preset, one for a single right, one for a single route. */
static const char *const sockets[] = { "monitor", "proxy", "ci", "admin", "containers:read", "ContainerKillLibpod", "io.podman.ListImages" };

static int open_all(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf text = BUF(4096);
    copy_routes();
    copy_methods();
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++)
        buf_printf(&text, "[[socket]]\nname = \"%s\"\nallow = [\"%s\"]\n", sockets[i], sockets[i]);
    snprintf(policy_path, sizeof policy_path, "/tmp/coracle-policy-%d.toml", getpid());
    if (path_write_atomic(policy_path, text.data, text.len, 0600, false, &err) < 0 || !(set = policy_read(policy_path, &err)))
        fail_msg("%s", err->message);
    for (size_t i = 0; i < set->count; i++)
        set->items[i].rules = NULL; /* they look for objects, and there is no engine */
    m = memory_open(NULL);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    memory_close(&m);
    policy_free(set);
    unlink(policy_path);
    return 0;
}

/* What the preset means, worked out from its rows and not from the policy that was read. */
static bool is_given(const char *socket, const char *id, const char *rights)
{
    const struct policy_preset *preset = policy_find_preset(socket);
    if (!preset)
        return !strcmp(socket, id) || !strcmp(socket, rights);
    if (!preset->grants)
        return true;
    for (const char *const *grant = preset->grants; *grant; grant++)
        if (!strcmp(*grant, id) || !strcmp(*grant, rights))
            return true;
    return false;
}

static void use(const char *socket)
{
    m.api.caller = (struct caller){ .socket = socket, .pid = getpid(), .uid = 1000, .gid = 1000 };
    m.api.policy = policy_choose(set, socket, &m.api.caller);
}

static void request(const char *socket, const char *method, const char *target)
{
    autoerror *err = NULL;
    struct match match;
    arena_reset(m.arena);
    reached = NULL;
    match_request(m.arena, method, target, &match, &err);
    const struct route *wanted = match.route;
    m.body = "{}";
    m.body_len = 2;
    m.content_type = "application/json";
    memory_send(&m, method, target);
    if (reached && (reached != wanted || !is_given(socket, reached->id, reached->rights)))
        fail_msg("%s %s on %s reached %s", method, target, socket, reached->id);
    if (wanted && !is_given(socket, wanted->id, wanted->rights) && m.status != 403)
        fail_msg("%s %s on %s: %d, expected 403 for %s", method, target, socket, m.status, wanted->id);
    if (wanted && is_given(socket, wanted->id, wanted->rights) && m.status == 403)
        fail_msg("%s %s on %s: 403: %s", method, target, socket, memory_body(&m));
}

/* ---- spellings ---- */

static const char *const prefixes[] = { "", "/v1.24", "/v1.44", "/v1.56", "/v1.99", "/v3.0.0", "/v4.9.3", "/v5.0.0", "/v5.0.0-rc1" };

/* The path with an object's name for each {name}. */
static const char *filled(const char *path)
{
    static char text[256];
    size_t len = 0;
    for (; *path; path++) {
        if (*path != '{') {
            text[len++] = *path;
            continue;
        }
        len += (size_t)snprintf(text + len, sizeof text - len, "thing");
        path = strchr(path, '}');
    }
    text[len] = '\0';
    return text;
}

enum spelling { PLAIN, ONE_ESCAPED, EACH_ESCAPED, ESCAPED_TWICE, SLASH_BEHIND, SLASH_TWICE, DOT, DOT_DOT, ESCAPED_SLASH, QUERY, UPPER, PARAMETER, SPELLINGS };

static void escape(char *out, size_t size, const char *path, size_t every, const char *percent)
{
    size_t len = 0, letters = 0;
    for (; *path; path++) {
        bool letter = *path != '/' && letters++ % every == 0;
        len += (size_t)snprintf(out + len, size - len, letter ? "%s%02x" : "%.0s%c", percent, *path);
    }
}

static const char *spell(enum spelling how, const char *prefix, const char *path)
{
    static char text[2048], escaped[1024];
    const char *second = strchr(path + 1, '/');
    switch (how) {
    case ONE_ESCAPED: escape(escaped, sizeof escaped, path, 3, "%"); break;
    case EACH_ESCAPED: escape(escaped, sizeof escaped, path, 1, "%"); break;
    case ESCAPED_TWICE: escape(escaped, sizeof escaped, path, 5, "%25"); break;
    case SLASH_BEHIND: snprintf(escaped, sizeof escaped, "%s/", path); break;
    case SLASH_TWICE: snprintf(escaped, sizeof escaped, "/%s", path); break;
    case DOT: snprintf(escaped, sizeof escaped, "/.%s", path); break;
    case DOT_DOT: snprintf(escaped, sizeof escaped, "/_ping/..%s", path); break;
    case ESCAPED_SLASH:
        snprintf(escaped, sizeof escaped, "%.*s%s%s", (int)(second ? second - path : 1), path, "%2f", second ? second + 1 : path + 1);
        break;
    case QUERY: snprintf(escaped, sizeof escaped, "%s?_ping=/_ping&all=1&force=true", path); break;
    case PARAMETER: snprintf(escaped, sizeof escaped, "%s;/_ping", path); break;
    case UPPER:
        snprintf(escaped, sizeof escaped, "%s", path);
        escaped[1] = (char)(escaped[1] & ~0x20);
        break;
    default: snprintf(escaped, sizeof escaped, "%s", path);
    }
    snprintf(text, sizeof text, "%s%s", prefix, escaped);
    return text;
}

static void no_spelling_reaches_what_is_not_given(void **state)
{
    (void)state;
    static const char *const others[] = { "HEAD", "GET", "POST", "get" };
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
        use(sockets[i]);
        for (const struct route *route = probes; route->path; route++)
            for (size_t j = 0; j < sizeof prefixes / sizeof *prefixes; j++)
                for (enum spelling how = PLAIN; how < SPELLINGS; how++) {
                    const char *target = spell(how, prefixes[j], filled(route->path));
                    request(sockets[i], route->method, target);
                    for (size_t k = 0; how == PLAIN && k < sizeof others / sizeof *others; k++)
                        request(sockets[i], others[k], target);
                }
    }
}

static void what_is_given_is_reached(void **state)
{
    (void)state;
    size_t count = 0;
    use("admin");
    for (const struct route *route = probes; route->path; route++) {
        char target[512];
        snprintf(target, sizeof target, "%s%s", route->since > 3 || route->until ? "/v4.0.0" : "", filled(route->path));
        request("admin", route->method, target);
        assert_int_not_equal(m.status, 404);
        count += reached != NULL;
    }
    assert_true(count > 50); /* the others want a body or a query of their own */
}

static void a_refusal_says_which_socket_refuses_what_in_its_dialect(void **state)
{
    (void)state;
    use("monitor");
    assert_int_equal(memory_send(&m, "POST", "/v1.41/containers/x/kill"), 403);
    assert_string_equal(memory_body(&m), "{\"message\":\"policy of socket monitor: ContainerKill needs containers:write, which "
                                         "allow = [monitor] does not give\"}\n");
    assert_int_equal(memory_send(&m, "POST", "/v5.0.0/libpod/containers/x/kill"), 403);
    assert_non_null(strstr(memory_body(&m), "\"cause\":\"policy of socket monitor: ContainerKillLibpod needs"));
    assert_non_null(strstr(memory_body(&m), "\"response\":403"));
}

/* ---- varlink ---- */

static char sent[1 << 16];

static int take_message(void *transport, const char *json, size_t len, struct error **err)
{
    (void)transport, (void)err;
    assert_true(len < sizeof sent);
    memcpy(sent, json, len);
    sent[len] = '\0';
    return 0;
}

static int never_upgrade(void *transport, int *ret_fd, const void **ret_early, size_t *ret_early_len, struct error **err)
{
    (void)transport, (void)ret_fd, (void)ret_early, (void)ret_early_len;
    return error_set(err, ERROR_INTERNAL, 0, "upgraded");
}

static void no_varlink_call_reaches_what_is_not_given(void **state)
{
    (void)state;
    static const char *const flags[] = { "", ",\"more\":true", ",\"oneway\":true", ",\"upgrade\":true" };
    static const struct varlink_ops ops = { .send = take_message, .upgrade = never_upgrade };
    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++)
        for (const struct varlink_interface *const *interface = varlink_interfaces; *interface; interface++)
            for (const struct varlink_method *method = (*interface)->methods[0]; method->name; method++)
                for (size_t j = 0; j < sizeof flags / sizeof *flags; j++) {
                    char id[128], message[256];
                    snprintf(id, sizeof id, "%s.%s", (*interface)->name, method->name);
                    snprintf(message, sizeof message, "{\"method\":\"%s\",\"parameters\":{}%s}", id, flags[j]);
                    use(sockets[i]);
                    arena_reset(m.arena);
                    reached_method = NULL;
                    *sent = '\0';
                    assert_int_equal(varlink_dispatch(&m.api, message, strlen(message), &ops, NULL, m.arena), 0);
                    bool given = is_given(sockets[i], id, method->rights);
                    if (reached_method && (reached_method != method || !given))
                        fail_msg("%s on %s reached %s", message, sockets[i], reached_method->name);
                    if (j == 0 && given == (strstr(sent, "policy of socket") != NULL))
                        fail_msg("%s on %s: %s", message, sockets[i], sent);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_spelling_reaches_what_is_not_given),
        cmocka_unit_test(what_is_given_is_reached),
        cmocka_unit_test(a_refusal_says_which_socket_refuses_what_in_its_dialect),
        cmocka_unit_test(no_varlink_call_reaches_what_is_not_given),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
