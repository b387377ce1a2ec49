#include "api/policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "api/caller.h"
#include "core/base/arena.h"
#include "core/base/certificate.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/rules/rules.h"

static char file[64];

static int make_file(void **state)
{
    (void)state;
    snprintf(file, sizeof file, "/tmp/coracle-policy-read-%d.toml", getpid());
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(file);
}

static struct policy_set *read_text(const char *text, struct error **err)
{
    assert_int_equal(path_write_atomic(file, text, strlen(text), 0600, false, err), 0);
    return policy_read(file, err);
}

static void refuses(const char *text, unsigned line, const char *words)
{
    autoerror *err = NULL;
    char place[96];
    struct policy_set *set = read_text(text, &err);
    if (set)
        fail_msg("taken: %s", text);
    snprintf(place, sizeof place, "%s:%u: ", file, line);
    if (err->kind != ERROR_INVALID || strncmp(err->message, place, strlen(place)) || !strstr(err->message, words))
        fail_msg("\"%s\" does not begin with %s and name \"%s\"", err->message, place, words);
}

static const struct policy *choose(const struct policy_set *set, const char *socket, uid_t uid, gid_t gid, gid_t other)
{
    const struct caller caller = { .uid = uid, .gid = gid, .groups = &other, .group_count = other ? 1 : 0 };
    return policy_choose(set, socket, &caller);
}

static void a_block_is_for_its_socket_users_and_groups(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct policy_set *set = read_text("[[socket]]\n"
                                       "path = \"/run/a.sock\"\n"
                                       "mode = \"0666\"\n"
                                       "group = 12\n"
                                       "users = [\"root\", 7]\n"
                                       "allow = [\"admin\"]\n"
                                       "[[socket]]\n"
                                       "path = \"/run/a.sock\"\n"
                                       "groups = [ 100 ]\n"
                                       "allow = [\"ci\", \"containers:read\"]\n"
                                       "[[socket]]\n"
                                       "name = 'proxy'\n"
                                       "allow = [\"proxy\"]\n", &err);
    assert_non_null(set);
    assert_string_equal(set->audit, "journal");
    assert_string_equal(policy_of(set, "/run/a.sock", NULL)->socket, "/run/a.sock");
    assert_string_equal(policy_of(set, "/run/other", "proxy")->socket, "proxy");
    assert_null(policy_of(set, "/run/b.sock", ""));
    assert_null(policy_of(NULL, "/run/a.sock", NULL));
    assert_int_equal(set->items[0].mode, 0666);
    assert_int_equal(set->items[0].group, 12);
    assert_int_equal(set->items[2].mode, 0660);
    assert_true(choose(set, "/run/a.sock", 0, 0, 0)->everything);
    assert_true(choose(set, "/run/a.sock", 7, 100, 0)->everything); /* the first that fits */
    assert_ptr_equal(choose(set, "/run/a.sock", 8, 100, 0), &set->items[1]);
    assert_ptr_equal(choose(set, "/run/a.sock", 8, 8, 100), &set->items[1]);
    assert_true(choose(set, "/run/a.sock", 8, 8, 9)->nobody);
    assert_ptr_equal(choose(set, "proxy", 8, 8, 0), &set->items[2]);
    policy_free(set);
}

static void check_says(const struct policy *policy, const char *id, const char *rights, const char *words)
{
    autoerror *err = NULL;
    const struct caller caller = { .uid = 8 };
    int rc = policy_check(policy, &caller, id, rights, &err);
    assert_int_equal(rc, words ? -1 : 0);
    if (!words)
        return;
    assert_int_equal(err->kind, ERROR_FORBIDDEN);
    assert_non_null(strstr(err->message, words));
}

static void what_is_allowed_is_rights_ids_and_methods(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct policy_set *set = read_text("[[socket]]\nname = \"n\"\nusers = [8]\n"
                                       "allow = [\"images:read\", \"ContainerKill\", \"io.podman.TagImage\"]\n", &err);
    assert_non_null(set);
    const struct policy *policy = choose(set, "n", 8, 8, 0);
    check_says(policy, "ImageList", "images:read", NULL);
    check_says(policy, "ContainerKill", "containers:write", NULL);
    check_says(policy, "io.podman.TagImage", "images:write", NULL);
    check_says(policy, "ContainerKillLibpod", "containers:write", "policy of socket n: ContainerKillLibpod needs containers:write");
    check_says(policy, "io.projectatomic.podman.TagImage", "images:write", "allow = [images:read, ContainerKill, io.podman.TagImage]");
    check_says(policy, "ImageList", NULL, "a right that nobody has");
    check_says(choose(set, "n", 9, 9, 0), "ImageList", "images:read", "no [[socket]] of it is for user 8");
    check_says(NULL, "ImageList", NULL, NULL);
    policy_free(set);
}

static void blocks_have_rules_unless_they_allow_everything(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct policy_set *set = read_text("[[socket]]\nname = \"a\"\nallow = [\"admin\"]\n"
                                       "[[socket]]\nname = \"b\"\nallow = [\"containers:write\"]\n"
                                       "[[socket]]\nname = \"c\"\nallow = [\"admin\"]\nlabels = [\"x\", \"y=z\"]\n"
                                       "[[socket]]\nname = \"d\"\nallow = [\"admin\"]\n[socket.rules]\nbinds = [\"//srv/./ci/\"]\n"
                                       "capabilities = [\"CAP_SYS_PTRACE\"]\nprivileged = true\n", &err);
    if (!set)
        fail_msg("%s", err->message);
    assert_null(set->items[0].rules);
    assert_false(set->items[1].rules->privileged);
    assert_int_equal(set->items[2].rules->labels.count, 2);
    assert_null(str_map_get(&set->items[2].rules->labels, "x"));
    assert_string_equal(str_map_get(&set->items[2].rules->labels, "y"), "z");
    assert_string_equal(set->items[3].rules->binds.items[0], "/srv/ci");
    assert_string_equal(set->items[3].rules->capabilities.items[0], "SYS_PTRACE");
    assert_true(set->items[3].rules->privileged);
    policy_free(set);
}

static void what_is_wrong_is_named_with_file_and_line(void **state)
{
    (void)state;
    refuses("x = 1\n", 1, "unknown key \"x\"");
    refuses("\n[audit]\nto = \"journal\"\nlevel = 1\n", 4, "unknown key \"level\"");
    refuses("[audit]\nto = \"file\"\n", 2, "\"journal\", \"none\" or an absolute path");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"proxy\"]\nalow = 1\n", 4, "unknown key \"alow\"");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"proxy\",\n\"monitr\"]\n", 4, "\"monitr\" is neither a preset");
    refuses("[[socket]]\nname = \"a\"\nallow = []\n", 3, "allow: expected a list");
    refuses("[[socket]]\nname = \"a\"\n", 1, "allow: expected a list");
    refuses("[[socket]]\nallow = [\"proxy\"]\n", 1, "the socket's path, or listen, or a name");
    refuses("[[socket]]\npath = \"a.sock\"\nallow = [\"proxy\"]\n", 2, "an absolute path");
    refuses("[[socket]]\npath = \"/a\"\nmode = 0660\nallow = [\"proxy\"]\n", 3, "octal digits as a text");
    refuses("[[socket]]\npath = \"/a\"\nmode = \"0669\"\nallow = [\"proxy\"]\n", 3, "octal digits as a text");
    refuses("[[socket]]\npath = \"/a\"\nmode = \"1777\"\nallow = [\"proxy\"]\n", 3, "octal digits as a text");
    refuses("[[socket]]\npath = \"/a\"\ngroup = \"no such group\"\nallow = [\"proxy\"]\n", 3, "a group that this machine knows");
    refuses("[[socket]]\npath = \"/a\"\nusers = [-1]\nallow = [\"proxy\"]\n", 3, "names that this machine knows");
    refuses("[[socket]]\npath = \"/a\"\nusers = []\nallow = [\"proxy\"]\n", 3, "a list of names or numbers");
    refuses("[[socket]]\nname = \"a\"\nmode = \"0660\"\nallow = [\"proxy\"]\n", 1, "none without path");
    refuses("[[socket]]\npath = \"/a\"\nallow = [\"proxy\"]\n[[socket]]\npath = \"/a\"\nmode = \"0666\"\nallow = [\"ci\"]\n", 4,
            "in the socket's first block alone");
    refuses("[[socket]]\npath = \"/a\"\nname = \"n\"\nallow = [\"proxy\"]\n[[socket]]\nname = \"n\"\nallow = [\"ci\"]\n", 5,
            "the same path and name");
    refuses("socket = 1\n", 1, "[[socket]]");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"ci\"]\n[socket.rules]\nprivilegd = true\n", 5, "unknown key \"privilegd\"");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"ci\"]\n[socket.rules]\nprivileged = \"no\"\n", 5, "true or false");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"ci\"]\n[socket.rules]\nbinds = \"/x\"\n", 5, "a list of texts");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"ci\"]\n[socket.rules]\nbinds = [\"x\"]\n", 5, "absolute paths");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"ci\"]\n[socket.rules]\nhost-namespaces = [\"net\"]\n", 5, "network, pid, ipc, uts, cgroup");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"ci\"]\nlabels = [\"name=x\"]\n", 4, "no attributes of events");
    refuses("[[socket]]\nname = \"a\"\nallow = [\"ci\"]\nlabels = []\n", 4, "at least one label");
}

static void a_file_that_is_not_there_is_said_to_be_missing(void **state)
{
    (void)state;
    autoerror *err = NULL;
    assert_null(policy_read("/nonexistent/policy.toml", &err));
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
}

#define TLS_FILES "tls-certificate = \"/c\"\ntls-key = \"/k\"\ntls-client-ca = \"/a\"\n"
#define TLS_SOCKET "[[socket]]\nlisten = \"tcp://127.0.0.1:2376\"\n" TLS_FILES

static const struct policy *choose_for(const struct policy_set *set, const char *socket, const char *name)
{
    autoarena *arena = arena_new();
    struct certificate certificate = { .subject = "CN=x", .fingerprint = "ab" };
    str_list_add(arena, &certificate.names, name);
    /* as if the kernel had said 0: a client with a certificate is no user all the same */
    const struct caller caller = { .certificate = &certificate };
    return policy_choose(set, socket, &caller);
}

static void a_block_is_for_its_certificates(void **state)
{
    (void)state;
    static const char at[] = "tcp://127.0.0.1:2376";
    autoerror *err = NULL;
    struct policy_set *set = read_text(TLS_SOCKET "tls-client-crl = \"/l\"\nname = \"n\"\n"
                                       "certificates = [\"CN=alice\", \"dns:A.example\"]\nallow = [\"admin\"]\n"
                                       "[[socket]]\nlisten = \"tcp://127.0.0.1:2376\"\nname = \"n\"\n"
                                       "certificates = [\"O=ops\"]\nallow = [\"monitor\"]\n"
                                       "[[socket]]\nname = \"users\"\nusers = [0]\nallow = [\"admin\"]\n"
                                       "[[socket]]\nname = \"all\"\nallow = [\"monitor\"]\n", &err);
    assert_non_null(set);
    assert_ptr_equal(policy_of(set, at, NULL), &set->items[0]);
    assert_ptr_equal(policy_of(set, NULL, "n"), &set->items[0]);
    assert_string_equal(set->items[0].tls.crl, "/l");
    assert_ptr_equal(choose_for(set, at, "CN=alice"), &set->items[0]);
    assert_ptr_equal(choose_for(set, at, "DNS:a.example"), &set->items[0]);
    assert_ptr_equal(choose_for(set, at, "O=ops"), &set->items[1]);
    assert_true(choose_for(set, at, "O=alice")->nobody);
    assert_true(choose_for(set, "users", "CN=root")->nobody);
    assert_ptr_equal(choose_for(set, "all", "CN=root"), &set->items[3]);
    assert_true(choose(set, at, 0, 0, 0)->nobody); /* no user of this machine is one of the certificates */
    policy_free(set);
}

static void a_refusal_names_the_certificate(void **state)
{
    (void)state;
    autoerror *err = NULL, *refusal = NULL;
    struct policy_set *set = read_text(TLS_SOCKET "certificates = [\"CN=alice\"]\nallow = [\"admin\"]\n", &err);
    assert_non_null(set);
    const struct certificate certificate = { .subject = "CN=bob,O=b", .fingerprint = "c0ffee" };
    const struct caller caller = { .certificate = &certificate };
    const struct policy *policy = policy_choose(set, "tcp://127.0.0.1:2376", &caller);
    assert_int_equal(policy_check(policy, &caller, "ContainerList", "containers:read", &refusal), -1);
    assert_int_equal(refusal->kind, ERROR_FORBIDDEN);
    assert_string_equal(refusal->message, "policy of socket tcp://127.0.0.1:2376: no [[socket]] of it is for the certificate "
                                          "\"CN=bob,O=b\" (SHA256:c0ffee): ContainerList is refused");
    policy_free(set);
}

static void mistakes_about_tls_are_named_with_their_line(void **state)
{
    (void)state;
    refuses("[[socket]]\nlisten = \"tcp://localhost:1\"\n", 2, "listen: expected tcp://ADDRESS:PORT");
    refuses("[[socket]]\npath = \"/a\"\nlisten = \"tcp://127.0.0.1:1\"\n", 3, "either path or listen");
    refuses("[[socket]]\nlisten = \"tcp://127.0.0.1:1\"\nallow = [\"admin\"]\n", 1, "tls-certificate, tls-key and tls-client-ca together");
    refuses("[[socket]]\nname = \"n\"\ntls-key = \"/k\"\nallow = [\"admin\"]\n", 1, "tls-certificate, tls-key and tls-client-ca together");
    refuses("[[socket]]\nname = \"n\"\ntls-key = \"k\"\n", 3, "tls-key: expected an absolute path");
    refuses("[[socket]]\npath = \"/a\"\n" TLS_FILES, 1, "TLS is for TCP");
    refuses(TLS_SOCKET "mode = \"0600\"\n", 1, "none without path");
    refuses(TLS_SOCKET "users = [0]\n", 6, "users: expected certificates instead");
    refuses(TLS_SOCKET "groups = [0]\n", 6, "groups: expected certificates instead");
    refuses(TLS_SOCKET "certificates = \"CN=a\"\n", 6, "certificates: expected a list");
    refuses(TLS_SOCKET "certificates = []\n", 6, "certificates: expected a list");
    refuses(TLS_SOCKET "certificates = [\"CN=a\",\n\"alice\"]\n", 7, "certificates: expected a list");
    refuses("[[socket]]\npath = \"/a\"\ncertificates = [\"CN=a\"]\n", 3, "users and groups");
    refuses(TLS_SOCKET "allow = [\"admin\"]\n" TLS_SOCKET "allow = [\"admin\"]\n", 7, "first block alone");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_about_tls_are_named_with_their_line),
        cmocka_unit_test(a_refusal_names_the_certificate),
        cmocka_unit_test(a_block_is_for_its_certificates),
        cmocka_unit_test(a_block_is_for_its_socket_users_and_groups),
        cmocka_unit_test(what_is_allowed_is_rights_ids_and_methods),
        cmocka_unit_test(blocks_have_rules_unless_they_allow_everything),
        cmocka_unit_test(what_is_wrong_is_named_with_file_and_line),
        cmocka_unit_test(a_file_that_is_not_there_is_said_to_be_missing),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
