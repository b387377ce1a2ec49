#include "core/base/journal.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include "core/base/buf.h"
#include "core/base/fd.h"

void journal_add(struct buf *entry, const char *name, const char *value)
{
    buf_puts(entry, name);
    buf_putc(entry, '=');
    for (; *value; value++)
        buf_putc(entry, *value == '\n' ? ' ' : *value);
    buf_putc(entry, '\n');
}

/* A socket for each entry: the journal may have been restarted since the last one. */
int journal_send(const char *socket_path, const struct buf *entry)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const struct timeval patience = { .tv_sec = 1 };
    if (strlen(socket_path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, socket_path);
    autofd fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0)
        return -1;
    ssize_t sent;
    do
        sent = sendto(fd, entry->data, entry->len, MSG_NOSIGNAL, (const struct sockaddr *)&address, sizeof address);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}
