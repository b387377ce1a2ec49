#include "core/container/userns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/container/spec.h"

static struct container_id_map root[] = { { 0, 100000, 1000 } };

static struct container_spec spec_of(struct container_id_map *uids, size_t count)
{
    struct container_spec spec = { 0 };
    spec.uid_maps.items = uids;
    spec.uid_maps.count = count;
    spec.gid_maps.items = root;
    spec.gid_maps.count = 1;
    return spec;
}

static void refuses(struct container_id_map *uids, size_t count, const char *words)
{
    autoerror *err = NULL;
    struct container_spec spec = spec_of(uids, count);
    assert_int_equal(userns_check(&spec, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    if (!strstr(err->message, words))
        fail_msg("\"%s\" does not say %s", err->message, words);
}

static void maps_have_a_root_and_do_not_overlap(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct container_spec host = { 0 }, spec = spec_of(root, 1);
    assert_int_equal(userns_check(&host, &err), 0);
    assert_int_equal(userns_check(&spec, &err), 0);
    refuses((struct container_id_map[]){ { 1, 100000, 10 } }, 1, "root");
    refuses((struct container_id_map[]){ { 0, 100000, 0 } }, 1, "0:100000:0");
    refuses((struct container_id_map[]){ { 0, -1, 5 } }, 1, "0:-1:5");
    refuses((struct container_id_map[]){ { 0, 4294967295, 1 } }, 1, "is not valid");
    refuses((struct container_id_map[]){ { 0, 1, INT64_MAX } }, 1, "is not valid");
    refuses((struct container_id_map[]){ { 0, 1000, 10 }, { 9, 2000, 10 } }, 2, "overlaps 0:1000:10");
    refuses((struct container_id_map[]){ { 0, 1000, 10 }, { 10, 1009, 10 } }, 2, "overlaps 0:1000:10");
    refuses(NULL, 0, "root");
}

static void ids_are_what_stands_for_them_on_the_host(void **state)
{
    (void)state;
    struct container_spec host = { 0 };
    struct container_spec spec = spec_of((struct container_id_map[]){ { 0, 100000, 10 }, { 1000, 5, 1 } }, 2);
    assert_int_equal(userns_host_uid(&host, 42), 42);
    assert_int_equal(userns_host_uid(&spec, 0), 100000);
    assert_int_equal(userns_host_uid(&spec, 9), 100009);
    assert_int_equal(userns_host_uid(&spec, 10), -1);
    assert_int_equal(userns_host_uid(&spec, 1000), 5);
    assert_int_equal(userns_host_gid(&spec, 999), 100999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_have_a_root_and_do_not_overlap),
        cmocka_unit_test(ids_are_what_stands_for_them_on_the_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
