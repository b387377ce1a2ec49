#include "core/network/rules.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/network/document.h"

#define MAX_QUERY 512
#define TABLE "netavark"

struct query {
    struct nlmsghdr head;
    struct nfgenmsg family;
    char attributes[MAX_QUERY];
};

static bool add_text(struct query *query, int type, const char *text)
{
    size_t len = NLA_HDRLEN + strlen(text) + 1, at = query->head.nlmsg_len - offsetof(struct query, attributes);
    if (at + NLA_ALIGN(len) > sizeof query->attributes)
        return false;
    struct nlattr *attribute = (struct nlattr *)(query->attributes + at);
    *attribute = (struct nlattr){ .nla_len = (unsigned short)len, .nla_type = (unsigned short)type };
    strcpy((char *)attribute + NLA_HDRLEN, text);
    query->head.nlmsg_len += (unsigned)NLA_ALIGN(len);
    return true;
}

/* The kernel answers with the chain, or with an error. */
static bool has_chain(int netlink, const char *chain)
{
    struct query query = {
        .head = { .nlmsg_len = offsetof(struct query, attributes),
                  .nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN,
                  .nlmsg_flags = NLM_F_REQUEST },
        .family = { .nfgen_family = NFPROTO_INET, .version = NFNETLINK_V0 },
    };
    union {
        struct nlmsghdr head;
        char bytes[8192];
    } answer;
    if (!add_text(&query, NFTA_CHAIN_TABLE, TABLE) || !add_text(&query, NFTA_CHAIN_NAME, chain))
        return false;
    if (send(netlink, &query, query.head.nlmsg_len, 0) < 0)
        return false;
    ssize_t len = recv(netlink, &answer, sizeof answer, 0);
    return len >= (ssize_t)sizeof answer.head &&
           answer.head.nlmsg_type == (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN);
}

/* netavark's name for the chain of one subnet: nv_15d10b98_10_80_0_0_nm16. NULL for IPv6. */
static const char *chain_of(struct arena *arena, const char *network_id, const char *subnet)
{
    const char *slash = strchr(subnet, '/');
    if (!slash || strchr(subnet, ':'))
        return NULL;
    char *address = arena_strndup(arena, subnet, (size_t)(slash - subnet));
    for (char *dot; (dot = strchr(address, '.'));)
        *dot = '_';
    return arena_printf(arena, "nv_%.8s_%s_nm%s", network_id, address, slash + 1);
}

static bool has_network(struct arena *arena, int netlink, const char *json)
{
    autoerror *ignored = NULL;
    const struct network_document *network =
        schema_decode(arena, network_document_schema(), json, strlen(json), SCHEMA_LIMITS, NULL, &ignored);
    if (!network || strcmp(network->driver, "bridge") != 0 || !network->subnets.count)
        return false;
    for (size_t i = 0; i < network->subnets.count; i++) {
        const char *chain = chain_of(arena, network->id, network->subnets.items[i].subnet);
        if (!chain || !has_chain(netlink, chain))
            return false;
    }
    return true;
}

bool rules_suffice(struct arena *arena, const char *request)
{
    autoerror *ignored = NULL;
    const struct netavark_request *asked =
        schema_decode(arena, netavark_request_schema(), request, strlen(request), SCHEMA_LIMITS, NULL, &ignored);
    if (!asked || asked->ports.count)
        return false;
    autofd netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    for (size_t i = 0; i < asked->network_info.count; i++)
        if (netlink < 0 || !has_network(arena, netlink, asked->network_info.items[i].value))
            return false;
    return true;
}
