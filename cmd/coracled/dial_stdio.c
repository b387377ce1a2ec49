/* coracled dial-stdio: joins standard input and output to the socket, for the far side of an ssh tunnel. */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmd/coracled/subcommands.h"
#include "core/base/fd.h"
#include "core/base/str.h"

static int dial(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    autofd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return -1;
    return fd_take(&fd);
}

/* Until the end of @from, or @to is gone. */
static void pass_on(int from, int to)
{
    char chunk[65536];
    for (;;) {
        ssize_t n = read(from, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || fd_write_all_raw(to, chunk, (size_t)n) < 0)
            return;
    }
}

static void *send_input(void *context)
{
    int fd = *(int *)context;
    pass_on(STDIN_FILENO, fd);
    shutdown(fd, SHUT_WR);
    return NULL;
}

/* A thread for each way: neither may wait for the other. The program ends when the server has said all. */
static int join(int *fd)
{
    pthread_t input;
    int rc = pthread_create(&input, NULL, send_input, fd);
    if (rc) {
        fprintf(stderr, "coracled: starting a thread: %s\n", strerror(rc));
        return 1;
    }
    pass_on(*fd, STDOUT_FILENO);
    return 0;
}

int run_dial_stdio(int argc, char **argv)
{
    static const struct option options[] = { { "url", required_argument, NULL, 'u' }, { 0 } };
    const char *url = "unix:///run/coracle/coracle.sock";
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option != 'u')
            return 2;
        url = optarg;
    }
    if (!str_starts(url, "unix://")) {
        fprintf(stderr, "coracled: --url: \"%s\" is not supported: expected unix://PATH\n", url);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    static int fd; /* open to the end: the thread may outlive this function */
    fd = dial(url + strlen("unix://"));
    if (fd < 0) {
        fprintf(stderr, "coracled: cannot connect to %s: %s\n", url, strerror(errno));
        return 1;
    }
    return join(&fd);
}
