#pragma once
/*
 * File descriptors: owned by a scope (`autofd`), born close-on-exec, read and written whole.
 * Functions return -1 with *err; errno-style callers use the _raw names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct buf;
struct error;

#define autofd __attribute__((cleanup(fd_cleanup))) int

void fd_close(int fd); /* -1 is fine; keeps errno */
static inline void fd_cleanup(int *fd)
{
    fd_close(*fd);
}
/* Gives up ownership: `return fd_take(&fd);` */
static inline int fd_take(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

/* Writes all of it, through EINTR and short writes (never raises SIGPIPE on sockets). 0, or -1 with errno. */
int fd_write_all_raw(int fd, const void *data, size_t len);
int fd_write_all(int fd, const void *data, size_t len, const char *what, struct error **err);
/* Appends everything up to the end of file; ERROR_TOO_LARGE past the buffer's limit. */
int fd_read_all(int fd, struct buf *into, const char *what, struct error **err);

/* Waits for any of @events on @fd. 1 ready, 0 timeout, -1 with errno. @timeout_ms: -1 for ever */
int fd_poll(int fd, short events, int timeout_ms);
int fd_pipe(int ret_ends[2], struct error **err); /* both close-on-exec */
int fd_seqpacket_pair(int ret_ends[2], struct error **err);

/* Copies bytes from one to the other until the end or @limit (0: none), with splice or copy_file_range where they work.
 * Returns bytes copied or -1 with errno. */
ssize_t fd_copy_raw(int from, int to, size_t limit);
