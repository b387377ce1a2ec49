#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/coracle/command.h"
#include "core/base/error.h"
#include "core/base/fd.h"

struct output {
    int fd;
    int sys_errno;
};

static int on_data(void *context, const void *data, size_t len)
{
    struct output *output = context;
    if (fd_write_all_raw(output->fd, data, len) == 0)
        return 0;
    output->sys_errno = errno;
    return -1;
}

int command_download_to(const struct client *client, const char *path, int fd, struct error **err)
{
    struct output output = { fd, 0 };
    const struct request request = { .method = "GET", .path = path, .on_data = on_data, .context = &output };
    if (client_call(client, &request, NULL, err) < 0)
        return -1;
    return output.sys_errno ? error_set(err, ERROR_INVALID, output.sys_errno, "writing the archive") : 0;
}

int command_download(const struct client *client, const char *path, const char *file, struct error **err)
{
    if (!file && isatty(STDOUT_FILENO))
        return error_set(err, ERROR_INVALID, 0, "an archive is not for a terminal: use -o FILE");
    autofd own = file ? open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (file && own < 0)
        return error_set(err, ERROR_INVALID, errno, "opening %s", file);
    return command_download_to(client, path, file ? own : STDOUT_FILENO, err);
}
