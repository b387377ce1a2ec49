#include "core/base/journal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/fd.h"

static void an_entry_is_one_datagram_of_lines(void **state)
{
    (void)state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char got[256] = "";
    snprintf(address.sun_path, sizeof address.sun_path, "/tmp/coracle-journal-%d", getpid());
    autofd journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(journal, (struct sockaddr *)&address, sizeof address), 0);
    autobuf entry = BUF(4096);
    journal_add(&entry, "MESSAGE", "one\nPRIORITY=0");
    journal_add(&entry, "PRIORITY", "6");
    assert_int_equal(journal_send(address.sun_path, &entry), 0);
    assert_int_equal(recv(journal, got, sizeof got - 1, 0), entry.len);
    assert_string_equal(got, "MESSAGE=one PRIORITY=0\nPRIORITY=6\n");
    unlink(address.sun_path);
}

static void a_journal_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    autobuf entry = BUF(4096);
    journal_add(&entry, "MESSAGE", "x");
    assert_int_equal(journal_send("/nonexistent/socket", &entry), -1);
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_one_datagram_of_lines),
        cmocka_unit_test(a_journal_that_is_not_there_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
