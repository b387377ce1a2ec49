#include "api/policy/audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "api/caller.h"
#include "core/base/certificate.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"

static char folder[64], file[96], moved[96];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/coracle-audit.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/audit.log", folder);
    snprintf(moved, sizeof moved, "%s/audit.log.1", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    autoerror *err = NULL;
    return path_remove_tree(folder, &err);
}

static const struct caller caller = { .socket = "/run/a b.sock", .pid = 1 << 22, .uid = 1000, .gid = 100 };

static void write_line(struct audit *audit, const char *object)
{
    const struct audit_line line = { &caller, "ContainerKill", object, "refused", "403" };
    audit_write(audit, &line);
}

static char *content(const char *path)
{
    autoerror *err = NULL;
    return path_read(path, 1 << 20, NULL, &err);
}

static void a_line_says_who_did_what_and_how_it_ended(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct stat st;
    struct audit *audit = audit_open(file, &err);
    write_line(audit, "web");
    autofree char *text = content(file);
    assert_string_equal(strchr(text, ' '), " socket=/run/a\\x20b.sock uid=1000 gid=100 pid=4194304 login=4294967295 "
                                           "route=ContainerKill object=web verdict=refused status=403\n");
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    audit_close(audit);
    unlink(file);
}

static void what_a_client_writes_stays_in_its_field(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char long_name[2000];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    struct audit *audit = audit_open(file, &err);
    write_line(audit, "a\nsocket=/run/b verdict=allowed\r\x1b[2J\"\\\xc3\xa4");
    write_line(audit, long_name);
    autofree char *text = content(file);
    assert_non_null(strstr(text, "object=a\\x0asocket=/run/b\\x20verdict=allowed\\x0d\\x1b[2J\\x22\\x5c\\xc3\\xa4 verdict=refused"));
    assert_ptr_equal(strchr(strchr(text, '\n') + 1, '\n'), text + strlen(text) - 1); /* two lines */
    assert_non_null(strstr(text, "xxx\\... verdict=refused"));
    assert_true(strlen(text) < 1200);
    audit_close(audit);
    unlink(file);
}

static void a_file_that_was_moved_away_is_made_anew(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct audit *audit = audit_open(file, &err);
    write_line(audit, "first");
    assert_int_equal(rename(file, moved), 0);
    write_line(audit, "second");
    autofree char *before = content(moved), *after = content(file);
    assert_non_null(strstr(before, "object=first"));
    assert_non_null(strstr(after, "object=second"));
    assert_null(strstr(before, "object=second"));
    audit_close(audit);
}

static void no_audit_writes_nothing_and_a_bad_place_is_an_error(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char link[96];
    assert_null(audit_open("none", &err));
    assert_null(err);
    write_line(NULL, "web");
    assert_null(audit_open("/nonexistent/audit.log", &err));
    assert_non_null(strstr(err->message, "/nonexistent/audit.log"));
    error_clear(&err);
    snprintf(link, sizeof link, "%s/link", folder);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_null(audit_open(link, &err));
}

static void over_tls_the_certificate_stands_for_the_user(void **state)
{
    (void)state;
    autoerror *err = NULL;
    const struct certificate certificate = { .subject = "CN=a b,O=\"x\" uid=0", .fingerprint = "c0ffee" };
    const struct caller client = { .socket = "tcp://[::]:2376", .uid = (uid_t)-1, .certificate = &certificate, .peer = "tcp://[::1]:9" };
    const struct audit_line line = { &client, "ContainerKill", "web", "allowed", "204" };
    struct audit *audit = audit_open(file, &err);
    audit_write(audit, &line);
    audit_close(audit);
    autofree char *text = content(file);
    assert_non_null(strstr(text, " socket=tcp://[::]:2376 certificate=CN=a\\x20b,O=\\x22x\\x22\\x20uid=0 sha256=c0ffee peer=tcp://[::1]:9 "
                                 "route=ContainerKill object=web verdict=allowed status=204\n"));
    assert_null(strstr(text, " uid="));
    assert_int_equal(unlink(file), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_tls_the_certificate_stands_for_the_user),
        cmocka_unit_test(a_line_says_who_did_what_and_how_it_ended),
        cmocka_unit_test(what_a_client_writes_stays_in_its_field),
        cmocka_unit_test(a_file_that_was_moved_away_is_made_anew),
        cmocka_unit_test(no_audit_writes_nothing_and_a_bad_place_is_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
