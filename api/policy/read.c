/* From a policy file to the blocks of its sockets. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "api/policy/policy.h"
#include "api/policy/read_parts.h"
#include "api/policy/terms.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/config/files.h"
#include "core/config/toml.h"

#define DEFAULT_MODE 0660
#define NO_GROUP ((gid_t)-1)

static const char *const root_keys[] = { "socket", "audit", NULL };
static const char *const audit_keys[] = { "to", NULL };
static const char *const socket_keys[] = { "path", "listen", "name", "mode", "group", "users", "groups", "allow", "labels",
                                          "rules", POLICY_TLS_KEYS, NULL };

int policy_wrong(const struct policy_set *set, const struct toml *at, const char *key, const char *expected, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "%s:%u: %s: expected %s", set->file, at->line, key, expected);
}

int policy_check_keys(const struct policy_set *set, const struct toml *table, const char *const *keys, struct error **err)
{
    for (size_t i = 0; i < table->count; i++) {
        const char *const *known = keys;
        while (*known && strcmp(*known, table->entries[i].key))
            known++;
        if (!*known)
            return error_set(err, ERROR_INVALID, 0, "%s:%u: unknown key \"%s\"", set->file, table->entries[i].value->line,
                             table->entries[i].key);
    }
    return 0;
}

int policy_read_texts(const struct policy_set *set, const struct toml *table, const char *key, struct str_list *ret_texts, struct error **err)
{
    const struct toml *list = toml_get(table, key);
    if (list && list->kind != TOML_LIST)
        return policy_wrong(set, list, key, "a list of texts", err);
    for (size_t i = 0; list && i < list->count; i++) {
        if (list->items[i]->kind != TOML_TEXT || !*list->items[i]->text)
            return policy_wrong(set, list->items[i], key, "a list of texts", err);
        str_list_add(set->arena, ret_texts, list->items[i]->text);
    }
    return 0;
}

int policy_read_text(const struct policy_set *set, const struct toml *table, const char *key, const char **ret_text, struct error **err)
{
    const struct toml *value = toml_get(table, key);
    if (!value)
        return 0;
    if (value->kind != TOML_TEXT || !*value->text)
        return policy_wrong(set, value, key, "a text", err);
    *ret_text = value->text;
    return 0;
}

int policy_read_path(const struct policy_set *set, const struct toml *table, const char *key, const char **ret_path, struct error **err)
{
    if (policy_read_text(set, table, key, ret_path, err) < 0)
        return -1;
    if (*ret_path && (**ret_path != '/' || str_ends(*ret_path, "/")))
        return policy_wrong(set, toml_get(table, key), key, "an absolute path", err);
    return 0;
}

/* A number written 0660 is six hundred and sixty in TOML: the text is what is meant. */
static int read_mode(const struct policy_set *set, const struct toml *table, mode_t *ret_mode, struct error **err)
{
    const struct toml *value = toml_get(table, "mode");
    char *end = NULL;
    if (!value)
        return 0;
    unsigned long mode = value->kind == TOML_TEXT ? strtoul(value->text, &end, 8) : 0;
    if (!end || end == value->text || *end || mode > 0777)
        return policy_wrong(set, value, "mode", "octal digits as a text, such as \"0660\"", err);
    *ret_mode = (mode_t)mode;
    return 0;
}

static int64_t user_id(const char *text)
{
    int64_t number = str_to_int(text);
    const struct passwd *entry = number < 0 ? getpwnam(text) : NULL;
    return entry ? (int64_t)entry->pw_uid : number < UINT32_MAX ? number : -1;
}

static int64_t group_id(const char *text)
{
    int64_t number = str_to_int(text);
    const struct group *entry = number < 0 ? getgrnam(text) : NULL;
    return entry ? (int64_t)entry->gr_gid : number < UINT32_MAX ? number : -1;
}

static int64_t id_of(const struct toml *value, int64_t (*look_up)(const char *text))
{
    if (value->kind == TOML_INTEGER)
        return value->integer < UINT32_MAX ? value->integer : -1;
    return value->kind == TOML_TEXT && *value->text ? look_up(value->text) : -1;
}

/* "users" and "groups": names or numbers. */
static int read_ids(const struct policy_set *set, const struct toml *table, const char *key, int64_t (*look_up)(const char *text),
                    uint32_t **ret_ids, size_t *ret_count, struct error **err)
{
    const struct toml *list = toml_get(table, key);
    if (!list)
        return 0;
    if (list->kind != TOML_LIST || !list->count)
        return policy_wrong(set, list, key, "a list of names or numbers", err);
    uint32_t *ids = arena_array(set->arena, list->count, sizeof *ids);
    for (size_t i = 0; i < list->count; i++) {
        int64_t id = id_of(list->items[i], look_up);
        if (id < 0)
            return policy_wrong(set, list->items[i], key, "names that this machine knows, or numbers", err);
        ids[i] = (uint32_t)id;
    }
    *ret_ids = ids;
    *ret_count = list->count;
    return 0;
}

static int read_group(const struct policy_set *set, const struct toml *table, gid_t *ret_group, struct error **err)
{
    const struct toml *value = toml_get(table, "group");
    if (!value)
        return 0;
    int64_t id = id_of(value, group_id);
    if (id < 0)
        return policy_wrong(set, value, "group", "a group that this machine knows, or a number", err);
    *ret_group = (gid_t)id;
    return 0;
}

static int read_who(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    uint32_t *users = NULL, *groups = NULL;
    if (read_ids(set, table, "users", user_id, &users, &policy->user_count, err) < 0 ||
        read_ids(set, table, "groups", group_id, &groups, &policy->group_count, err) < 0)
        return -1;
    policy->users = users;
    policy->groups = groups;
    policy->limited = policy->user_count || policy->group_count || policy->certificates.count;
    return 0;
}

static int read_allow(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    const struct toml *list = toml_get(table, "allow");
    if (!list || list->kind != TOML_LIST || !list->count)
        return policy_wrong(set, list ? list : table, "allow", "a list of presets, rights, route ids or varlink methods", err);
    for (size_t i = 0; i < list->count; i++) {
        const struct toml *term = list->items[i];
        if (term->kind != TOML_TEXT || policy_add_term(set->arena, policy, term->text) < 0)
            return error_set(err, ERROR_INVALID, 0,
                             "%s:%u: allow: \"%s\" is neither a preset (monitor, proxy, ci, admin) nor a right, a route's id or a "
                             "varlink method", set->file, term->line, term->kind == TOML_TEXT ? term->text : "");
    }
    return 0;
}

/* A file has one mode, however many blocks are for it. */
static int check_place(const struct policy_set *set, const struct toml *table, const struct policy *policy, struct error **err)
{
    if (!policy->path && !policy->listen && !policy->name)
        return policy_wrong(set, table, "path", "the socket's path, or listen, or a name that the service manager gives it", err);
    if (!policy->path && (toml_get(table, "mode") || toml_get(table, "group")))
        return policy_wrong(set, table, "mode", "none without path: only the file of a socket has them", err);
    for (size_t i = 0; i < set->count; i++) {
        const struct policy *other = &set->items[i];
        bool same_path = (policy->path && str_eq(other->path, policy->path)) || (policy->listen && str_eq(other->listen, policy->listen));
        bool same_name = policy->name && str_eq(other->name, policy->name);
        if (!same_path && !same_name)
            continue;
        if (strcmp(other->socket, policy->socket) || !str_eq(other->name, policy->name))
            return policy_wrong(set, table, "name", "the same path and name in all blocks of one socket", err);
        if (toml_get(table, "mode") || toml_get(table, "group"))
            return policy_wrong(set, table, "mode", "mode and group in the socket's first block alone", err);
    }
    return 0;
}

static int read_socket(const struct policy_set *set, const struct toml *table, struct policy *policy, struct error **err)
{
    *policy = (struct policy){ .mode = DEFAULT_MODE, .group = NO_GROUP };
    if (policy_check_keys(set, table, socket_keys, err) < 0 || policy_read_path(set, table, "path", &policy->path, err) < 0 ||
        policy_read_listen(set, table, policy, err) < 0 || policy_read_text(set, table, "name", &policy->name, err) < 0)
        return -1;
    policy->socket = policy->path ? policy->path : policy->listen ? policy->listen : policy->name;
    if (check_place(set, table, policy, err) < 0 || read_mode(set, table, &policy->mode, err) < 0 ||
        read_group(set, table, &policy->group, err) < 0)
        return -1;
    if (policy_read_tls(set, table, policy, err) < 0 || read_who(set, table, policy, err) < 0 || read_allow(set, table, policy, err) < 0)
        return -1;
    return policy_read_rules(set, table, policy, err);
}

static void add_nobody(struct policy_set *set)
{
    for (size_t i = 0, read = set->count; i < read; i++) {
        bool done = false;
        for (size_t j = read; j < set->count; j++)
            done |= !strcmp(set->items[j].socket, set->items[i].socket);
        if (done)
            continue;
        struct policy *nobody = &set->items[set->count++];
        *nobody = set->items[i];
        nobody->limited = nobody->everything = false;
        nobody->user_count = nobody->group_count = nobody->certificates.count = 0;
        nobody->nobody = true;
    }
}

static int read_sockets(struct policy_set *set, const struct toml *root, struct error **err)
{
    const struct toml *list = toml_get(root, "socket");
    if (!list)
        return 0;
    if (list->kind != TOML_LIST)
        return policy_wrong(set, list, "socket", "[[socket]]", err);
    set->items = arena_array(set->arena, 2 * list->count, sizeof *set->items);
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->kind != TOML_TABLE)
            return policy_wrong(set, list->items[i], "socket", "[[socket]]", err);
        if (read_socket(set, list->items[i], &set->items[set->count], err) < 0)
            return -1;
        set->count++;
    }
    add_nobody(set);
    return 0;
}

static int read_audit(struct policy_set *set, const struct toml *root, struct error **err)
{
    const struct toml *table = toml_get(root, "audit");
    set->audit = "journal";
    if (!table)
        return 0;
    if (table->kind != TOML_TABLE)
        return policy_wrong(set, table, "audit", "[audit]", err);
    if (policy_check_keys(set, table, audit_keys, err) < 0 || policy_read_text(set, table, "to", &set->audit, err) < 0)
        return -1;
    if (strcmp(set->audit, "journal") && strcmp(set->audit, "none") && *set->audit != '/')
        return policy_wrong(set, toml_get(table, "to"), "to", "\"journal\", \"none\" or an absolute path", err);
    return 0;
}

struct policy_set *policy_read(const char *file, struct error **err)
{
    struct toml *root = NULL;
    struct policy_set *set = mem_zalloc(sizeof *set);
    set->arena = arena_new();
    set->file = arena_strdup(set->arena, file);
    if (config_read_toml(set->arena, set->file, &root, err) == 0 && !root)
        error_set(err, ERROR_NOT_FOUND, 0, "%s: there is no such policy file", file);
    if (root && policy_check_keys(set, root, root_keys, err) == 0 && read_sockets(set, root, err) == 0 && read_audit(set, root, err) == 0)
        return set;
    policy_free(set);
    return NULL;
}
