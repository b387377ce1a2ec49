#include "core/secret/driver.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/spawn.h"
#include "core/secret/secret.h"

#define RUN_TIMEOUT_MS 60000

const struct secret_driver *secret_driver_find(const char *name, struct error **err)
{
    static const struct secret_driver *const all[] = { &secret_driver_file, &secret_driver_shell, &secret_driver_pass };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i]->name, name))
            return all[i];
    error_set(err, ERROR_INVALID, 0, "driver: \"%s\" is not known: expected file, shell or pass", name);
    return NULL;
}

/* Memory and no pipe: programs may open /dev/stdin or look at its size. */
static int input_of(const void *data, size_t len, struct error **err)
{
    autofd fd = memfd_create("secret", MFD_CLOEXEC);
    if (fd < 0 || fd_write_all_raw(fd, data, len) < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "passing a secret to its driver");
    return fd_take(&fd);
}

int secret_run(struct arena *arena, const char *const *argv, const char *const *env, const void *data, size_t len,
               const char **ret_data, size_t *ret_len, struct error **err)
{
    autofd input = data ? input_of(data, len, err) : -1;
    if (data && input < 0)
        return -1;
    const struct spawn_fd stdin_fd = { input, 0 };
    const struct spawn what = { .argv = argv, .env = env, .fds = &stdin_fd, .fd_count = data ? 1 : 0 };
    autobuf out = BUF(SECRET_MAX_BYTES);
    int code = spawn_run(&what, NULL, ret_data ? &out : NULL, NULL, RUN_TIMEOUT_MS, err);
    if (code == 0 && ret_data) {
        if (out.full)
            code = error_set(err, ERROR_INTERNAL, 0, "the driver gives a value of more than %d bytes", SECRET_MAX_BYTES);
        *ret_data = arena_strndup(arena, buf_text(&out), out.len);
        *ret_len = out.len;
    }
    if (out.data)
        explicit_bzero(out.data, out.len);
    return code;
}
