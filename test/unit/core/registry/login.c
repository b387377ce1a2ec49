#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/image/image.h"
#include "core/registry/registry.h"
#include "core/registry/settings.h"
#include "test/unit/core/registry/fake.h"
#include "test/unit/core/registry/home.h"

#define BASIC "Basic dXNlcjpzZWNyZXQ=" /* user:secret */

static struct fake *fake;

static int start(void **state)
{
    fake = fake_start();
    return home_make(state);
}

static int stop(void **state)
{
    fake_stop(fake);
    return home_remove(state);
}

static int login(const char *password, struct error **err)
{
    const struct registry_endpoint endpoint = { .host = fake->host, .auth_host = fake->host, .repository = "" };
    const struct registry_auth auth = { .username = "user", .password = password };
    const struct registry_options options = { .endpoint = &endpoint, .auth = &auth, .insecure = true };
    return registry_login(&options, err);
}

static void an_open_registry_takes_anything(void **state)
{
    struct home *home = *state;
    fake_add(fake, (struct fake_rule){ .path = "/v2/", .body = "{}" });
    OK(login("any", &home->err));
}

static void basic_credentials_are_shown(void **state)
{
    struct home *home = *state;
    fake_add(fake, (struct fake_rule){ .path = "/v2/", .unless = BASIC, .status = 401,
                                       .headers = "Www-Authenticate: Basic realm=\"x\"\r\n" });
    fake_add(fake, (struct fake_rule){ .path = "/v2/", .body = "{}" });
    OK(login("secret", &home->err));
    autoerror *err = NULL;
    assert_int_equal(login("wrong", &err), -1);
    assert_int_equal(err->kind, ERROR_UNAUTHORIZED);
}

static void a_token_is_fetched_without_a_scope(void **state)
{
    struct home *home = *state;
    fake_add(fake, (struct fake_rule){
                       .path = "/v2/", .unless = "Bearer t", .status = 401,
                       .headers = arena_printf(home->arena, "Www-Authenticate: Bearer realm=\"http://%s/token\",service=\"s\"\r\n",
                                               fake->host) });
    fake_add(fake, (struct fake_rule){ .path = "/v2/", .body = "{}" });
    fake_add(fake, (struct fake_rule){ .path = "/token", .unless = BASIC, .status = 401, .body = "{}" });
    fake_add(fake, (struct fake_rule){ .path = "/token", .body = "{\"token\":\"t\"}" });
    OK(login("secret", &home->err));
    assert_non_null(strstr(fake->log.data, "GET /token?account=user&service=s " BASIC "\n"));
    autoerror *err = NULL;
    assert_int_equal(login("wrong", &err), -1);
    assert_int_equal(err->kind, ERROR_UNAUTHORIZED);
}

#define WITH_FAKE(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(an_open_registry_takes_anything),
        WITH_FAKE(basic_credentials_are_shown),
        WITH_FAKE(a_token_is_fetched_without_a_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
