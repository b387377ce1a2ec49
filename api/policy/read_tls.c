/* What a policy says of clients over TLS: where they come, what both sides show, who they are. */
#include "api/policy/read_parts.h"

#include "api/policy/policy.h"
#include "core/base/arena.h"
#include "core/base/certificate.h"
#include "core/base/tcp.h"
#include "core/config/toml.h"

int policy_read_listen(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    struct sockaddr_storage address;
    socklen_t len;
    char text[TCP_TEXT_SIZE];
    if (policy_read_text(set, table, "listen", &policy->listen, err) < 0)
        return -1;
    if (!policy->listen)
        return 0;
    if (policy->path)
        return policy_wrong(set, toml_get(table, "listen"), "listen", "either path or listen: they are two sockets", err);
    if (!tcp_parse(policy->listen, &address, &len))
        return policy_wrong(set, toml_get(table, "listen"), "listen", "tcp://ADDRESS:PORT, the address in digits", err);
    policy->listen = arena_strdup(set->arena, tcp_text(&address, text));
    return 0;
}

static bool is_first(const struct policy_set *set, const struct policy *policy)
{
    for (size_t i = 0; i < set->count; i++)
        if (str_eq(set->items[i].socket, policy->socket))
            return false;
    return true;
}

static int read_files(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    struct tls_files *files = &policy->tls;
    if (policy_read_path(set, table, "tls-certificate", &files->certificate, err) < 0 ||
        policy_read_path(set, table, "tls-key", &files->key, err) < 0 ||
        policy_read_path(set, table, "tls-client-ca", &files->ca, err) < 0 ||
        policy_read_path(set, table, "tls-client-crl", &files->crl, err) < 0)
        return -1;
    bool any = files->certificate || files->key || files->ca || files->crl;
    bool all = files->certificate && files->key && files->ca, first = is_first(set, policy);
    if (any && policy->path)
        return policy_wrong(set, table, "tls-certificate", "none with path: TLS is for TCP", err);
    if (any && !first)
        return policy_wrong(set, table, "tls-certificate", "the files in the socket's first block alone", err);
    if (!all && first && (any || policy->listen))
        return policy_wrong(set, table, "tls-certificate", "tls-certificate, tls-key and tls-client-ca together", err);
    return 0;
}

static int read_certificates(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    const struct toml *list = toml_get(table, "certificates");
    static const char expected[] = "a list of \"CN=…\", \"O=…\", \"OU=…\", \"DNS:…\", \"EMAIL:…\", \"URI:…\" or \"SHA256:…\"";
    if (!list)
        return 0;
    if (list->kind != TOML_LIST || !list->count)
        return policy_wrong(set, list, "certificates", expected, err);
    if (policy->path)
        return policy_wrong(set, list, "certificates", "none with path: its clients are users and groups", err);
    for (size_t i = 0; i < list->count; i++) {
        const struct toml *item = list->items[i];
        const char *name = item->kind == TOML_TEXT ? certificate_name(set->arena, item->text) : NULL;
        if (!name)
            return policy_wrong(set, item, "certificates", expected, err);
        str_list_add(set->arena, &policy->certificates, name);
    }
    return 0;
}

int policy_read_tls(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    const struct toml *users = toml_get(table, "users"), *groups = toml_get(table, "groups");
    if (read_files(set, table, policy, err) < 0 || read_certificates(set, table, policy, err) < 0)
        return -1;
    if ((users || groups) && (policy->listen || policy->tls.certificate || policy->certificates.count))
        return policy_wrong(set, users ? users : groups, users ? "users" : "groups",
                            "certificates instead: clients over TCP are no users of this machine", err);
    return 0;
}
