#include "api/docker/registry.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/base/str.h"

bool docker_is_loopback(const char *host)
{
    char name[64] = "";
    struct in_addr address;
    size_t len = strcspn(host, ":");
    if (str_starts(host, "[::1]"))
        return true;
    if (len >= sizeof name)
        return false;
    memcpy(name, host, len);
    return !strcmp(name, "localhost") || (inet_pton(AF_INET, name, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}
