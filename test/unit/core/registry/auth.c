#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "test/unit/core/registry/home.h"

/* "user:password", "token:…", "" */
static const char *text_of(struct home *home, const struct registry_auth *auth)
{
    if (!str_empty(auth->identity_token))
        return arena_printf(home->arena, "token:%s", auth->identity_token);
    return str_empty(auth->username) ? "" : arena_printf(home->arena, "%s:%s", auth->username, auth->password);
}

static const char *find(struct home *home, const char *host, const char *repository)
{
    struct registry_auth auth;
    if (registry_find_auth(home->arena, host, repository, &auth, &home->err) < 0)
        return NULL;
    return text_of(home, &auth);
}

#define FINDS(host, repository, text)                                                                                  \
    do {                                                                                                               \
        const char *found = find(home, host, repository);                                                              \
        if (!found)                                                                                                    \
            fail_msg("%s: %s", host, home->err->message);                                                              \
        assert_string_equal(found, text);                                                                              \
    } while (0)

static const char *entry(struct home *home, const char *place, const char *pair)
{
    return arena_printf(home->arena, "\"%s\":{\"auth\":\"%s\"}", place, str_base64(home->arena, pair, strlen(pair)));
}

static void the_narrowest_place_counts(void **state)
{
    struct home *home = *state;
    home_write(home, AUTH,
               arena_printf(home->arena, "{\"auths\":{%s,%s,%s}}", entry(home, "r.example", "host:1"),
                            entry(home, "r.example/a", "name:2"), entry(home, "r.example/a/b", "repo:3:x")));
    FINDS("r.example", "a/b", "repo:3:x");
    FINDS("r.example", "a/c", "name:2");
    FINDS("r.example", "ab", "host:1");
    FINDS("q.example", "a/b", "");
    FINDS("r.example:5000", "a/b", "");
}

static void docker_writes_the_hub_as_a_url(void **state)
{
    struct home *home = *state;
    home_write(home, ".docker/config.json",
               arena_printf(home->arena, "{\"auths\":{%s,%s}}", entry(home, "https://index.docker.io/v1/", "hub:1"),
                            entry(home, "https://r.example:5000/v2/", "url:2")));
    FINDS("docker.io", "library/alpine", "hub:1");
    FINDS("r.example:5000", "a", "url:2");
}

static void files_are_asked_in_order_until_one_knows(void **state)
{
    struct home *home = *state;
    home_write(home, "run/containers/auth.json",
               arena_printf(home->arena, "{\"auths\":{%s}}", entry(home, "a.example", "run:1")));
    home_write(home, AUTH,
               arena_printf(home->arena, "{\"auths\":{%s,%s}}", entry(home, "a.example", "home:1"),
                            entry(home, "b.example", "home:2")));
    home_write(home, ".docker/config.json",
               arena_printf(home->arena, "{\"auths\":{%s,\"e.example\":{}}}", entry(home, "c.example", "docker:3")));
    home_write(
        home, ".dockercfg",
        arena_printf(home->arena, "{%s,%s}", entry(home, "d.example", "old:4"), entry(home, "e.example", "old:5")));
    FINDS("a.example", "x", "run:1");
    FINDS("b.example", "x", "home:2");
    FINDS("c.example", "x", "docker:3");
    FINDS("d.example", "x", "old:4");
    FINDS("e.example", "x", "old:5");
}

static void a_file_that_the_environment_names_is_the_only_one(void **state)
{
    struct home *home = *state;
    home_write(home, AUTH, arena_printf(home->arena, "{\"auths\":{%s}}", entry(home, "a.example", "home:1")));
    home_write(home, "other.json", arena_printf(home->arena, "{\"auths\":{%s}}", entry(home, "b.example", "other:2")));
    setenv("REGISTRY_AUTH_FILE", home_path(home, "other.json"), 1);
    FINDS("a.example", "x", "");
    FINDS("b.example", "x", "other:2");
    setenv("REGISTRY_AUTH_FILE", home_path(home, "missing.json"), 1);
    FINDS("b.example", "x", "");
}

static void an_identity_token_is_found(void **state)
{
    struct home *home = *state;
    home_write(home, AUTH, "{\"auths\":{\"r.example\":{\"auth\":\"dTo=\",\"identitytoken\":\"secret\"}}}");
    FINDS("r.example", "x", "token:secret");
}

static void a_broken_file_is_named(void **state)
{
    struct home *home = *state;
    home_write(home, AUTH, "{\"auths\":{\"r.example\":{\"auth\":\"bm9jb2xvbg==\"}}}");
    FAILS(find(home, "r.example", "x") ? 0 : -1, ERROR_INVALID, "expected base64 of user:password");
    home_write(home, AUTH, "{\"auths\":[]}");
    FAILS(find(home, "r.example", "x") ? 0 : -1, ERROR_INVALID, AUTH);
}

/* ---- helpers ---- */

static void install(struct home *home, const char *name, const char *script)
{
    const char *path = home_path(home, arena_printf(home->arena, "bin/docker-credential-%s", name));
    home_write(home, arena_printf(home->arena, "bin/docker-credential-%s", name), script);
    chmod(path, 0755);
    if (!strstr(getenv("PATH"), home->folder))
        setenv("PATH", arena_printf(home->arena, "%s:%s", home_path(home, "bin"), getenv("PATH")), 1);
}

static void a_helper_is_asked_for_its_host(void **state)
{
    struct home *home = *state;
    install(home, "one",
            "#!/bin/sh\n[ \"$1\" = get ] || exit 9\nread host\n"
            "echo '{\"ServerURL\":\"'$host'\",\"Username\":\"of\",\"Secret\":\"'$host'\"}'\n");
    home_write(home, AUTH, "{\"credHelpers\":{\"r.example\":\"one\",\"docker.io\":\"one\"}}");
    FINDS("r.example", "x", "of:r.example");
    FINDS("docker.io", "x", "of:https://index.docker.io/v1/");
    FINDS("q.example", "x", "");
}

static void the_store_is_asked_for_all_other_hosts(void **state)
{
    struct home *home = *state;
    install(home, "two",
            "#!/bin/sh\nread host\ncase $host in\nr.*) echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}' ;;\n"
            "*) echo 'credentials not found in native keychain'; exit 1 ;;\nesac\n");
    home_write(home, ".docker/config.json", "{\"auths\":{\"r.example\":{}},\"credsStore\":\"two\"}");
    FINDS("r.example", "x", "token:t");
    FINDS("q.example", "x", "");
}

static void registries_conf_may_put_helpers_first(void **state)
{
    struct home *home = *state;
    install(home, "three", "#!/bin/sh\necho '{\"Username\":\"u\",\"Secret\":\"three\"}'\n");
    home_write(home, AUTH, arena_printf(home->arena, "{\"auths\":{%s}}", entry(home, "r.example", "file:1")));
    home_write(home, CONF, "credential-helpers = ['containers-auth.json', 'three']\n");
    FINDS("r.example", "x", "file:1");
    FINDS("q.example", "x", "u:three");
    home_write(home, CONF, "credential-helpers = ['three', 'containers-auth.json']\n");
    FINDS("r.example", "x", "u:three");
}

static void a_helper_that_fails_says_why(void **state)
{
    struct home *home = *state;
    install(home, "bad", "#!/bin/sh\necho the vault is sealed >&2\nexit 3\n");
    install(home, "odd", "#!/bin/sh\necho nonsense\n");
    home_write(home, AUTH,
               "{\"credHelpers\":{\"a.example\":\"bad\",\"b.example\":\"odd\",\"c.example\":\"missing\",\"d.example\":"
               "\"../x\"}}");
    FAILS(find(home, "a.example", "x") ? 0 : -1, ERROR_UNAUTHORIZED, "the vault is sealed");
    FAILS(find(home, "b.example", "x") ? 0 : -1, ERROR_INVALID, "answer of docker-credential-odd");
    FAILS(find(home, "c.example", "x") ? 0 : -1, ERROR_UNSUPPORTED, "docker-credential-missing");
    FAILS(find(home, "d.example", "x") ? 0 : -1, ERROR_INVALID, "expected a name without slash");
}

/* ---- the header ---- */

static const char *encode(struct home *home, const char *text)
{
    return str_base64(home->arena, text, strlen(text));
}

static void a_header_has_one_in_either_alphabet(void **state)
{
    struct home *home = *state;
    struct registry_auth auth;
    OK(registry_auth_decode(home->arena, encode(home, "{\"username\":\"u\",\"password\":\"p\",\"email\":\"\"}"), &auth,
                            &home->err));
    assert_string_equal(text_of(home, &auth), "u:p");
    OK(registry_auth_decode(home->arena, encode(home, "{\"auth\":\"dTpwOnE=\"}"), &auth, &home->err));
    assert_string_equal(text_of(home, &auth), "u:p:q");
    char *url = (char *)encode(home, "{\"identitytoken\":\"\xc3\xbf\xc3\xbe?>~\"}");
    for (char *at = url; *at; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at == '=' ? '\0' : *at;
    OK(registry_auth_decode(home->arena, url, &auth, &home->err));
    assert_string_equal(text_of(home, &auth), "token:\xc3\xbf\xc3\xbe?>~");
}

static void an_empty_header_gives_none(void **state)
{
    struct home *home = *state;
    static const char *const texts[] = { "", "{}", "null" };
    struct registry_auth auth;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        OK(registry_auth_decode(home->arena, encode(home, texts[i]), &auth, &home->err));
        assert_false(registry_auth_given(&auth));
    }
}

static void podmans_map_gives_one_for_each_place(void **state)
{
    struct home *home = *state;
    struct registry_auth auth, picked;
    OK(registry_auth_decode(home->arena,
                            encode(home, "{\"r.example/a\":{\"username\":\"u\",\"password\":\"1\"},"
                                         "\"https://index.docker.io/v1/\":{\"auth\":\"aDoy\"}}"),
                            &auth, &home->err));
    assert_true(registry_auth_given(&auth));
    picked = registry_pick_auth(home->arena, &auth, "r.example", "a/b");
    assert_string_equal(text_of(home, &picked), "u:1");
    picked = registry_pick_auth(home->arena, &auth, "docker.io", "library/x");
    assert_string_equal(text_of(home, &picked), "h:2");
    picked = registry_pick_auth(home->arena, &auth, "r.example", "b");
    assert_false(registry_auth_given(&picked));
}

static void a_header_that_is_none_is_refused(void **state)
{
    struct home *home = *state;
    struct registry_auth auth;
    static const char *const texts[] = {
        "[]", "{", "\"text\"", "{\"username\":1}", "{\"auth\":\"%%%\"}", "{\"registrytoken\":\"a\\nb\"}"
    };
    FAILS(registry_auth_decode(home->arena, "*", &auth, &home->err), ERROR_INVALID, "X-Registry-Auth");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        FAILS(registry_auth_decode(home->arena, encode(home, texts[i]), &auth, &home->err), ERROR_INVALID,
              "X-Registry-Auth");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(the_narrowest_place_counts),
        AT_HOME(docker_writes_the_hub_as_a_url),
        AT_HOME(files_are_asked_in_order_until_one_knows),
        AT_HOME(a_file_that_the_environment_names_is_the_only_one),
        AT_HOME(an_identity_token_is_found),
        AT_HOME(a_broken_file_is_named),
        AT_HOME(a_helper_is_asked_for_its_host),
        AT_HOME(the_store_is_asked_for_all_other_hosts),
        AT_HOME(registries_conf_may_put_helpers_first),
        AT_HOME(a_helper_that_fails_says_why),
        AT_HOME(a_header_has_one_in_either_alphabet),
        AT_HOME(an_empty_header_gives_none),
        AT_HOME(podmans_map_gives_one_for_each_place),
        AT_HOME(a_header_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
