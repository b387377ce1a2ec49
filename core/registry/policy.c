#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/image/image.h"
#include "core/registry/places.h"
#include "core/registry/settings.h"
#include "core/schema/json.h"

#define SYSTEM_FILE "/etc/containers/policy.json"
#define USER_FILE ".config/containers/policy.json"
#define MAX_FILE (4u << 20)

static const struct json *read_file(struct arena *arena, const char **ret_file, struct error **err)
{
    struct str_list places = { 0 };
    size_t len;
    places_add_home(arena, &places, USER_FILE);
    str_list_add(arena, &places, SYSTEM_FILE);
    const char *file = places_first(&places);
    if (!file) {
        error_set(err, ERROR_FORBIDDEN, 0, "no policy says which images may be pulled: neither %s exists",
                  str_join(arena, &places, " nor "));
        return NULL;
    }
    autofree char *text = path_read(file, MAX_FILE, &len, err);
    const struct json *policy = text ? json_parse(arena, text, len, SCHEMA_LIMITS, err) : NULL;
    if (!policy)
        error_wrap(err, "%s", file);
    *ret_file = file;
    return policy;
}

/* From the narrowest: the full name, its repository, each parent, the host, the domains it is in, everything. */
static struct str_list scopes_of(struct arena *arena, const struct reference *reference)
{
    struct str_list scopes = { 0 };
    const char *name = arena_printf(arena, "%s/%s", reference->domain, reference->path);
    const struct reference narrow = { reference->domain, reference->path, reference->digest ? NULL : reference->tag,
                                      reference->digest };
    str_list_add(arena, &scopes, reference_text(arena, &narrow));
    for (size_t len = strlen(name); len;) {
        str_list_add(arena, &scopes, arena_strndup(arena, name, len));
        while (len && name[len - 1] != '/')
            len--;
        len -= len ? 1 : 0;
    }
    for (const char *dot = strchr(reference->domain, '.'); dot; dot = strchr(dot + 1, '.'))
        str_list_add(arena, &scopes, arena_printf(arena, "*%s", dot));
    str_list_add(arena, &scopes, "");
    return scopes;
}

static const struct json *find_requirements(struct arena *arena, const struct json *policy,
                                            const struct reference *reference)
{
    const struct json *transports = json_get(policy, "transports");
    const struct json *docker = transports ? json_get(transports, "docker") : NULL;
    struct str_list scopes = scopes_of(arena, reference);
    for (size_t i = 0; docker && i < scopes.count; i++) {
        const struct json *found = json_get(docker, scopes.items[i]);
        if (found)
            return found;
    }
    return json_get(policy, "default");
}

static int check_requirement(const char *name, const struct json *requirement, const char *file, struct error **err)
{
    const char *type = str_or(json_get_text(requirement, "type"), "");
    if (!strcmp(type, "insecureAcceptAnything"))
        return 0;
    if (!strcmp(type, "reject"))
        return error_set(err, ERROR_FORBIDDEN, 0, "Running image docker://%s is rejected by policy.", name);
    if (!strcmp(type, "signedBy") || !strcmp(type, "sigstoreSigned"))
        return error_set(err, ERROR_FORBIDDEN, 0,
                         "image docker://%s: %s asks for signatures (%s), which cannot be checked here: it is refused",
                         name, file, type);
    return error_set(err, ERROR_INVALID, 0,
                     "%s: type: \"%s\": expected insecureAcceptAnything, reject, signedBy or sigstoreSigned", file,
                     type);
}

int registry_check_policy(struct arena *arena, const struct reference *reference, struct error **err)
{
    const char *file, *name = reference_text(arena, reference);
    const struct json *policy = read_file(arena, &file, err);
    if (!policy)
        return -1;
    const struct json *requirements = find_requirements(arena, policy, reference);
    if (!requirements || requirements->kind != JSON_LIST_KIND || !requirements->count)
        return error_set(err, ERROR_INVALID, 0, "%s: what holds for docker://%s: expected a list of requirements", file,
                         name);
    for (size_t i = 0; i < requirements->count; i++)
        if (check_requirement(name, &requirements->members[i].value, file, err) < 0)
            return -1;
    return 0;
}
