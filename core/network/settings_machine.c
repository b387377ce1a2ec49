/* What kernel and netavark have of what a network wants. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/spawn.h"
#include "core/base/str.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/network/settings.h"

#define ASK_TIMEOUT_MS 10000
#define MAX_VERSION_BYTES 4096
#define NEWER_MINOR 5 /* of netavark 1: ipvlan came with it, the options after it */

/* Asks for an interface of that kind without a parent, which no kernel makes: one that has the kind says so otherwise
 * than one that does not, and loads the module on the way. */
static bool kernel_has(const char *kind)
{
    struct {
        struct nlmsghdr head;
        struct ifinfomsg link;
        struct nlattr info, kind;
        char text[16];
    } ask = {
        .head = { .nlmsg_len = sizeof ask, .nlmsg_type = RTM_NEWLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL },
        .info = { .nla_len = NLA_HDRLEN + NLA_HDRLEN + sizeof ask.text, .nla_type = IFLA_LINKINFO | NLA_F_NESTED },
        .kind = { .nla_len = NLA_HDRLEN + sizeof ask.text, .nla_type = IFLA_INFO_KIND },
    };
    struct {
        struct nlmsghdr head;
        struct nlmsgerr error;
        char rest[512];
    } answer;
    strncpy(ask.text, kind, sizeof ask.text - 1);
    autofd netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (netlink < 0 || send(netlink, &ask, sizeof ask, 0) < 0)
        return true; /* netavark will tell */
    ssize_t len = recv(netlink, &answer, sizeof answer, 0);
    return len < (ssize_t)(sizeof answer.head + sizeof answer.error) || answer.head.nlmsg_type != NLMSG_ERROR ||
           answer.error.error != -EOPNOTSUPP;
}

/* "netavark 1.4.0" */
static bool is_newer(const char *version)
{
    int major = 0, minor = 0;
    return sscanf(version, "netavark %d.%d", &major, &minor) == 2 && (major > 1 || minor >= NEWER_MINOR);
}

static bool netavark_is_newer(struct engine *engine, struct arena *arena, const char **ret_version)
{
    const char *argv[] = { config_find_helper(engine->config, arena, "netavark", NULL), "--version", NULL };
    const struct spawn what = { .argv = argv };
    autobuf out = BUF(MAX_VERSION_BYTES);
    autoerror *ignored = NULL;
    *ret_version = "netavark is not installed";
    if (!argv[0] || spawn_run(&what, NULL, &out, NULL, ASK_TIMEOUT_MS, &ignored) != 0)
        return false;
    *ret_version = arena_strndup(arena, buf_text(&out), strcspn(buf_text(&out), "\n"));
    return is_newer(*ret_version);
}

struct str_list network_drivers(struct arena *arena, const char *netavark_version)
{
    struct str_list drivers = { 0 };
    str_list_add(arena, &drivers, "bridge");
    if (kernel_has("macvlan"))
        str_list_add(arena, &drivers, "macvlan");
    if (is_newer(netavark_version) && kernel_has("ipvlan"))
        str_list_add(arena, &drivers, "ipvlan");
    return drivers;
}

int settings_check_machine(struct engine *engine, struct arena *arena, const char *driver, bool newer, struct error **err)
{
    const char *version;
    bool vlan = strcmp(driver, "bridge") != 0;
    if (vlan && !kernel_has(driver))
        return error_set(err, ERROR_UNSUPPORTED, 0, "driver: this kernel does not have %s: its module is missing", driver);
    if ((newer || !strcmp(driver, "ipvlan")) && !netavark_is_newer(engine, arena, &version))
        return error_set(err, ERROR_UNSUPPORTED, 0,
                         "the driver ipvlan, routes and the options vlan, no_default_route, vrf, bclim, mode of a bridge and "
                         "isolate=strict need a netavark newer than 1.4: this is %s", version);
    return 0;
}
