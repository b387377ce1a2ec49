/* The OCI runtime's command line, for everything that conmon does not do. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/spawn.h"
#include "core/base/str.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/words.h"

#define WORDS_MAX 65536
#define RUN_MS 120000 /* a delete waits for the kernel to end every process of the cgroup */

static bool is_unknown_container(const char *words)
{
    return strstr(words, "does not exist") || (strstr(words, "/status`") && strstr(words, "No such file")) ||
           (strstr(words, "cannot open directory '") && strstr(words, "No such file"));
}

int runtime_run(struct engine *engine, const char *runtime, const char *const *argv, struct error **err)
{
    (void)engine;
    autoarena *arena = arena_new();
    struct str_list all = { 0 };
    str_list_add(arena, &all, runtime);
    str_list_add(arena, &all, "--log-format=json");
    for (size_t i = 0; argv[i]; i++)
        str_list_add(arena, &all, argv[i]);
    str_list_add(arena, &all, NULL);

    autobuf said = BUF(WORDS_MAX);
    int code = spawn_run(&(struct spawn){ .argv = all.items }, NULL, NULL, &said, RUN_MS, err);
    if (code <= 0)
        return code;
    const char *words = runtime_words(arena, buf_text(&said));
    if (is_unknown_container(words))
        return error_set(err, ERROR_NOT_FOUND, 0, "OCI runtime %s failed: %s", argv[0], words);
    return runtime_error(argv[0], words, NULL, err);
}
