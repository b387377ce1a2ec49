/* [socket.rules] and `labels` of a policy file. */
#include <string.h>
#include <strings.h>

#include "api/policy/policy.h"
#include "api/policy/read_parts.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/toml.h"
#include "core/container/rules/rules.h"

static const char *const rule_keys[] = {
    "privileged", "host-namespaces", "binds", "devices", "capabilities", "sysctls", "secrets", "security-options", "annotations", "cgroup-parent", NULL,
};

static int read_bool(const struct policy_set *set, const struct toml *table, const char *key, bool *ret_truth, struct error **err)
{
    const struct toml *value = toml_get(table, key);
    if (!value)
        return 0;
    if (value->kind != TOML_BOOL)
        return policy_wrong(set, value, key, "true or false", err);
    *ret_truth = value->truth;
    return 0;
}

/* Clean, so that they can be compared with clean ones. */
static int read_paths(const struct policy_set *set, const struct toml *table, const char *key, struct str_list *ret_paths, struct error **err)
{
    struct str_list texts = { 0 };
    if (policy_read_texts(set, table, key, &texts, err) < 0)
        return -1;
    for (size_t i = 0; i < texts.count; i++) {
        if (*texts.items[i] != '/')
            return policy_wrong(set, toml_get(table, key), key, "absolute paths", err);
        str_list_add(set->arena, ret_paths, path_clean(set->arena, texts.items[i]));
    }
    return 0;
}

static int read_namespaces(const struct policy_set *set, const struct toml *table, struct str_list *ret_names, struct error **err)
{
    static const char known[] = "network pid ipc uts cgroup";
    if (policy_read_texts(set, table, "host-namespaces", ret_names, err) < 0)
        return -1;
    struct str_list words = str_split(set->arena, known, ' ');
    for (size_t i = 0; i < ret_names->count; i++)
        if (!str_list_has(&words, ret_names->items[i]))
            return policy_wrong(set, toml_get(table, "host-namespaces"), "host-namespaces", "some of network, pid, ipc, uts, cgroup", err);
    return 0;
}

static int read_capabilities(const struct policy_set *set, const struct toml *table, struct str_list *ret_names, struct error **err)
{
    if (policy_read_texts(set, table, "capabilities", ret_names, err) < 0)
        return -1;
    for (size_t i = 0; i < ret_names->count; i++)
        if (!strncasecmp(ret_names->items[i], "CAP_", 4))
            ret_names->items[i] += 4;
    return 0;
}

static int read_table(const struct policy_set *set, const struct toml *table, struct container_rules *rules, struct error **err)
{
    if (table->kind != TOML_TABLE)
        return policy_wrong(set, table, "rules", "[socket.rules]", err);
    if (policy_check_keys(set, table, rule_keys, err) < 0 || read_bool(set, table, "privileged", &rules->privileged, err) < 0 ||
        read_bool(set, table, "security-options", &rules->security_options, err) < 0 ||
        read_bool(set, table, "annotations", &rules->annotations, err) < 0 ||
        read_bool(set, table, "cgroup-parent", &rules->cgroup_parent, err) < 0)
        return -1;
    if (read_namespaces(set, table, &rules->host_namespaces, err) < 0 || read_paths(set, table, "binds", &rules->binds, err) < 0 ||
        read_paths(set, table, "devices", &rules->devices, err) < 0)
        return -1;
    if (read_capabilities(set, table, &rules->capabilities, err) < 0 || policy_read_texts(set, table, "secrets", &rules->secrets, err) < 0)
        return -1;
    return policy_read_texts(set, table, "sysctls", &rules->sysctls, err);
}

/* "key=value" or "key". Events are filtered by attributes, among which labels are: a label by the name of another attribute
 * would let events of others through. */
static int read_labels(const struct policy_set *set, const struct toml *table, struct container_rules *rules, struct error **err)
{
    static const char taken[] = "name image container exitCode signal execID execDuration containerExitCode volume network driver "
                                "type oldName destination propagation read/write size reclaimed pod podId";
    const struct str_list names = str_split(set->arena, taken, ' ');
    struct str_list texts = { 0 };
    if (policy_read_texts(set, table, "labels", &texts, err) < 0)
        return -1;
    if (toml_get(table, "labels") && !texts.count)
        return policy_wrong(set, toml_get(table, "labels"), "labels", "at least one label", err);
    for (size_t i = 0; i < texts.count; i++) {
        const char *equals = strchr(texts.items[i], '=');
        const char *key = equals ? arena_strndup(set->arena, texts.items[i], (size_t)(equals - texts.items[i])) : texts.items[i];
        if (!*key || str_list_has(&names, key))
            return policy_wrong(set, toml_get(table, "labels"), "labels", "keys that are no attributes of events", err);
        str_map_set(set->arena, &rules->labels, key, equals ? equals + 1 : NULL);
    }
    return 0;
}

int policy_read_rules(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    const struct toml *written = toml_get(table, "rules");
    if (policy->everything && !written && !toml_get(table, "labels"))
        return 0;
    struct container_rules *rules = arena_zalloc(set->arena, sizeof *rules);
    rules->whose = arena_printf(set->arena, "policy of socket %s", policy->socket);
    policy->rules = rules;
    if (read_labels(set, table, rules, err) < 0)
        return -1;
    return written ? read_table(set, written, rules, err) : 0;
}
