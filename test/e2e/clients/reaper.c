/*
 * Does what testcontainers' Ryuk does: takes filters over TCP ("label=KEY=VALUE", a line each, answered by ACK), and when
 * the last client has gone and none came back for a second, removes what carries them, through the socket in
 * /var/run/docker.sock. Statically linked, so that it is all its image needs.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PORT 8080
#define MAX_CLIENTS 16
#define MAX_FILTERS 16
#define MAX_LINE 512
#define MAX_ANSWER (1 << 20)
#define GRACE_MS 1000

static char filters[MAX_FILTERS][MAX_LINE]; /* "KEY=VALUE" of a label */
static int filter_count;

static int connect_engine(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/var/run/docker.sock" };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
        perror("/var/run/docker.sock");
        exit(1);
    }
    return fd;
}

/* The whole answer, head and body; static. HTTP/1.0 so that it ends with the connection and is not chunked. */
static const char *call(const char *method, const char *path)
{
    static char answer[MAX_ANSWER];
    size_t len = 0;
    ssize_t got;
    int fd = connect_engine();
    dprintf(fd, "%s %s HTTP/1.0\r\nHost: docker\r\n\r\n", method, path);
    while (len < sizeof answer - 1 && (got = read(fd, answer + len, sizeof answer - 1 - len)) > 0)
        len += (size_t)got;
    answer[len] = '\0';
    close(fd);
    printf("%s %s: %.15s\n", method, path, answer);
    return answer;
}

/* It carries the label too; the host name of a container is the beginning of its id. */
static int is_ourselves(const char *id)
{
    char name[65] = "";
    gethostname(name, sizeof name - 1);
    return *name && !strncmp(id, name, strlen(name));
}

/* Every string that is called @key in what @list answers is removed. */
static void remove_listed(const char *list, const char *key, const char *remove, const char *options)
{
    char path[2 * MAX_LINE], *text = strdup(call("GET", list)), mark[64];
    snprintf(mark, sizeof mark, "\"%s\":\"", key);
    for (char *at = strstr(text, mark); at; at = strstr(at, mark)) {
        at += strlen(mark);
        size_t len = strcspn(at, "\"");
        if (is_ourselves(at))
            continue;
        snprintf(path, sizeof path, "%s/%.*s%s", remove, (int)len, at, options);
        call("DELETE", path);
        at += len;
    }
    free(text);
}

static void reap(const char *label)
{
    char list[2 * MAX_LINE];
    const char *query = "filters=%7B%22label%22%3A%5B%22";
    snprintf(list, sizeof list, "/containers/json?all=1&%s%s%%22%%5D%%7D", query, label);
    remove_listed(list, "Id", "/containers", "?force=1&v=1");
    snprintf(list, sizeof list, "/networks?%s%s%%22%%5D%%7D", query, label);
    remove_listed(list, "Id", "/networks", "");
    snprintf(list, sizeof list, "/volumes?%s%s%%22%%5D%%7D", query, label);
    remove_listed(list, "Name", "/volumes", "?force=1");
}

static void take_filters(int fd, char *text)
{
    for (char *line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n")) {
        if (strncmp(line, "label=", 6) != 0 || filter_count == MAX_FILTERS)
            continue;
        snprintf(filters[filter_count++], MAX_LINE, "%.*s", MAX_LINE - 1, line + 6);
        dprintf(fd, "ACK\n");
    }
}

static int listen_on(int port)
{
    struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
    struct sockaddr_in old = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET6, SOCK_STREAM, 0), six = fd >= 0;
    if (!six)
        fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(fd, six ? (struct sockaddr *)&address : (struct sockaddr *)&old, six ? sizeof address : sizeof old) < 0 || listen(fd, MAX_CLIENTS) < 0) {
        perror("port 8080");
        exit(1);
    }
    return fd;
}

/* Until the last client has gone for good. */
static void serve(int listener)
{
    struct pollfd fds[1 + MAX_CLIENTS] = { { .fd = listener, .events = POLLIN } };
    int count = 1, had_one = 0;
    while (poll(fds, (nfds_t)count, had_one && count == 1 ? GRACE_MS : -1) > 0) {
        for (int i = count - 1; i > 0; i--) {
            char text[8 * MAX_LINE];
            ssize_t len = fds[i].revents ? read(fds[i].fd, text, sizeof text - 1) : -1;
            if (len > 0) {
                text[len] = '\0';
                take_filters(fds[i].fd, text);
            } else if (fds[i].revents) {
                close(fds[i].fd);
                fds[i] = fds[--count];
            }
        }
        if (fds[0].revents && count <= MAX_CLIENTS) {
            fds[count++] = (struct pollfd){ .fd = accept(listener, NULL, NULL), .events = POLLIN };
            had_one = 1;
        }
    }
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    int listener = listen_on(PORT);
    puts("Started!");
    serve(listener);
    for (int i = 0; i < filter_count; i++)
        reap(filters[i]);
    puts("Done");
    return 0;
}
