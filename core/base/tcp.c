#include "core/base/tcp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/str.h"

#define SCHEME "tcp://"
#define MAX_PORT 65535

bool tcp_parse(const char *url, struct sockaddr_storage *ret_address, socklen_t *ret_len)
{
    char host[INET6_ADDRSTRLEN + 1];
    const char *colon = strrchr(url, ':');
    int64_t port = colon ? str_to_int(colon + 1) : -1;
    if (!str_starts(url, SCHEME) || port < 1 || port > MAX_PORT)
        return false;
    const char *begin = url + strlen(SCHEME), *end = colon;
    bool v6 = begin < end && *begin == '[' && end[-1] == ']';
    if (v6) {
        begin++;
        end--;
    }
    if (end <= begin || (size_t)(end - begin) >= sizeof host)
        return false;
    memcpy(host, begin, (size_t)(end - begin));
    host[end - begin] = '\0';
    struct sockaddr_in in4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
    if (inet_pton(v6 ? AF_INET6 : AF_INET, host, v6 ? (void *)&in6.sin6_addr : (void *)&in4.sin_addr) != 1)
        return false;
    *ret_len = v6 ? sizeof in6 : sizeof in4;
    memcpy(ret_address, v6 ? (void *)&in6 : (void *)&in4, *ret_len);
    return true;
}

const char *tcp_text(const struct sockaddr_storage *address, char ret_text[TCP_TEXT_SIZE])
{
    const struct sockaddr_in *in4 = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
    char host[INET6_ADDRSTRLEN];
    *ret_text = '\0';
    if (address->ss_family == AF_INET)
        snprintf(ret_text, TCP_TEXT_SIZE, SCHEME "%s:%u", inet_ntop(AF_INET, &in4->sin_addr, host, sizeof host), ntohs(in4->sin_port));
    if (address->ss_family == AF_INET6)
        snprintf(ret_text, TCP_TEXT_SIZE, SCHEME "[%s]:%u", inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof host), ntohs(in6->sin6_port));
    return ret_text;
}
