#include "core/registry/auth_helper.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/spawn.h"
#include "core/image/image.h"
#include "core/registry/documents.h"

#define MAX_ANSWER 65536
#define MAX_SHOWN 300
#define TIMEOUT_MS 60000
#define NOT_FOUND "credentials not found in native keychain"

static int read_answer(struct arena *arena, const struct buf *out, const char *program, struct registry_auth *ret_auth,
                       struct error **err)
{
    const struct auth_answer *answer =
        schema_decode(arena, auth_answer_schema(), buf_text(out), out->len, SCHEMA_LIMITS, NULL, err);
    if (!answer)
        return error_wrap(err, "answer of %s", program);
    bool token = str_eq(answer->username, "<token>");
    *ret_auth = (struct registry_auth){
        .username = token ? "" : str_or(answer->username, ""),
        .password = token ? "" : str_or(answer->secret, ""),
        .identity_token = token ? str_or(answer->secret, "") : "",
        .registry_token = "",
        .server_address = str_or(answer->server, ""),
    };
    return 0;
}

int auth_ask_helper(struct arena *arena, const char *name, const char *host, struct registry_auth *ret_auth,
                    struct error **err)
{
    const char *program = arena_printf(arena, "docker-credential-%s", name);
    const char *argv[] = { program, "get", NULL };
    const struct spawn what = { .argv = argv };
    autobuf out = BUF(MAX_ANSWER), words = BUF(MAX_ANSWER);
    if (strchr(name, '/'))
        return error_set(err, ERROR_INVALID, 0, "credential helper \"%s\": expected a name without slash", name);
    const char *server = !strcmp(host, "docker.io") ? "https://index.docker.io/v1/" : host;
    int code = spawn_run(&what, server, &out, &words, TIMEOUT_MS, err);
    if (code < 0)
        return -1;
    if (code == 0 && !out.full)
        return read_answer(arena, &out, program, ret_auth, err);
    if (str_starts(buf_text(&out), NOT_FOUND))
        return 0;
    const char *said = out.len ? buf_text(&out) : buf_text(&words);
    return error_set(err, ERROR_UNAUTHORIZED, 0, "%s get: exit code %d: %.*s", program, code,
                     (int)strnlen(said, MAX_SHOWN), said);
}
