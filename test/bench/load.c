/*
 * Load on a unix socket, light enough that the server is what is measured.
 *
 *   load SOCKET PATH CONNECTIONS SECONDS [REQUESTS]
 *       asks GET PATH on so many connections, one request at a time on each, until SECONDS are over or REQUESTS were
 *       answered; prints {"requests":…,"seconds":…,"p50_us":…,"p99_us":…}
 *   load --serve
 *       the floor: answers whatever comes on the listening socket passed as descriptor 3 with "OK"
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 1024
#define MAX_SAMPLES 4000000
#define MAX_REPLY (16u << 20)

struct client {
    int fd;
    char *reply;
    size_t len;
    double sent;
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int dial(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        die(path);
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        die(path);
    return fd;
}

static void ask(struct client *client, const char *request, size_t len)
{
    client->len = 0;
    client->sent = now();
    if (send(client->fd, request, len, MSG_NOSIGNAL) != (ssize_t)len)
        die("send");
}

/* 1 whole, 0 more is to come, -1 not a reply that counts. */
static int judge(const struct client *client)
{
    const char *end = memmem(client->reply, client->len, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (client->len < 12 || memcmp(client->reply + 9, "200", 3) != 0)
        return -1;
    size_t head = (size_t)(end - client->reply) + 4;
    const char *length = strcasestr(client->reply, "\r\nContent-Length:");
    if (length && length < end)
        return client->len >= head + strtoull(length + 17, NULL, 10);
    return client->len >= head + 5 && memcmp(client->reply + client->len - 5, "0\r\n\r\n", 5) == 0;
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void report(float *samples, size_t count, double seconds)
{
    qsort(samples, count, sizeof *samples, by_value);
    printf("{\"requests\":%zu,\"seconds\":%.6f,\"p50_us\":%.1f,\"p99_us\":%.1f}\n", count, seconds,
           count ? (double)samples[count / 2] : 0.0, count ? (double)samples[count * 99 / 100] : 0.0);
}

static void receive(struct client *client)
{
    ssize_t n = recv(client->fd, client->reply + client->len, MAX_REPLY - 1 - client->len, 0);
    if (n <= 0)
        die("the server closed the connection");
    client->len += (size_t)n;
    client->reply[client->len] = '\0';
}

static void measure(const char *socket_path, const char *path, int connections, double seconds, size_t most)
{
    static struct client clients[MAX_CONNECTIONS];
    char request[1024];
    int len = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: bench\r\nUser-Agent: load\r\n\r\n", path);
    float *samples = malloc(MAX_SAMPLES * sizeof *samples);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    size_t count = 0;
    if (!samples || epoll < 0 || len >= (int)sizeof request)
        die("setting up");
    for (int i = 0; i < connections; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = &clients[i] };
        clients[i] = (struct client){ .fd = dial(socket_path), .reply = malloc(MAX_REPLY) };
        if (!clients[i].reply || epoll_ctl(epoll, EPOLL_CTL_ADD, clients[i].fd, &event) < 0)
            die("setting up");
    }
    double begun = now(), last = begun;
    for (int i = 0; i < connections; i++)
        ask(&clients[i], request, (size_t)len);
    while (count < most && (last - begun < seconds || !count)) {
        struct epoll_event events[64];
        int ready = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < ready && count < most; i++) {
            struct client *client = events[i].data.ptr;
            receive(client);
            int verdict = judge(client);
            if (verdict < 0) {
                fprintf(stderr, "load: GET %s: %.300s\n", path, client->reply);
                exit(1);
            }
            if (!verdict)
                continue;
            last = now();
            samples[count++] = (float)((last - client->sent) * 1e6);
            ask(client, request, (size_t)len);
        }
    }
    report(samples, count, last - begun);
}

static void serve(int listener)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK";
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener };
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event) < 0)
        die("serve");
    while (epoll_wait(epoll, &event, 1, -1) == 1) {
        char request[4096];
        int fd = event.data.fd;
        if (fd == listener) {
            event = (struct epoll_event){ .events = EPOLLIN, .data.fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC) };
            epoll_ctl(epoll, EPOLL_CTL_ADD, event.data.fd, &event);
        } else if (recv(fd, request, sizeof request, 0) <= 0) {
            close(fd);
        } else {
            send(fd, reply, sizeof reply - 1, MSG_NOSIGNAL);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "--serve")) {
        serve(3);
        return 1;
    }
    if (argc < 5 || atoi(argv[3]) < 1 || atoi(argv[3]) > MAX_CONNECTIONS) {
        fprintf(stderr, "usage: load SOCKET PATH CONNECTIONS SECONDS [REQUESTS]\n       load --serve\n");
        return 2;
    }
    size_t most = argc > 5 ? strtoull(argv[5], NULL, 10) : MAX_SAMPLES;
    measure(argv[1], argv[2], atoi(argv[3]), strtod(argv[4], NULL), most < MAX_SAMPLES ? most : MAX_SAMPLES);
    return 0;
}
