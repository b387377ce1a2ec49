#include "api/policy/rights.h"

#include <string.h>

#include "core/base/str.h"

const struct policy_right policy_rights[] = {
    { "system:read", "Versions, the machine and this engine, the API's documents" },
    { "system:write", "Changes to the engine as a whole: prune of everything, repair" },
    { "system:diagnose", "What the engine is doing for whom: calls, locks, threads" },
    { "events:read", "What happens, as it happens" },
    { "metrics:read", "Counters in Prometheus' format" },
    { "containers:read", "Lists, settings with their environment, logs, exit codes" },
    { "containers:write", "To make, start, stop, change and remove them" },
    { "containers:exec", "To run programs in them" },
    { "containers:attach", "To read their output and write their input" },
    { "containers:copy", "To take files out of them and put files in" },
    { "containers:commit", "To make images of them, under any name" },
    { "images:read", "Lists, settings, history" },
    { "images:pull", "To fetch them from registries, and to check credentials there" },
    { "images:push", "To send them to registries" },
    { "images:write", "To load, import, tag and remove them" },
    { "images:copy", "To take their content out" },
    { "images:build", "To build them: runs programs" },
    { "volumes:read", "Lists and settings" },
    { "volumes:write", "To make and remove them" },
    { "volumes:copy", "To take files out of them and put files in" },
    { "networks:read", "Lists and settings" },
    { "networks:write", "To make, change, join, leave and remove them" },
    { "secrets:read", "Lists and settings, and the secret itself where a client may ask for it" },
    { "secrets:write", "To make and remove them" },
    { 0 },
};

static const char *const monitor[] = {
    "system:read", "events:read", "metrics:read", "containers:read", "images:read", "volumes:read", "networks:read", NULL,
};
/* What Traefik's docker provider calls, and the ping with which clients find the version to speak. */
static const char *const proxy[] = {
    "SystemPing", "SystemPingHead", "SystemVersion", "SystemEvents", "ContainerList", "ContainerInspect", NULL,
};
static const char *const ci[] = {
    "system:read",    "events:read",   "containers:read", "containers:write", "containers:exec", "containers:attach", "containers:copy",
    "containers:commit", "images:read",    "images:pull",   "images:push",     "images:write",     "images:copy",     "volumes:read",      "volumes:write",
    "networks:read",  "networks:write", NULL,
};

const struct policy_preset policy_presets[] = {
    { "monitor", "Reads, but no secrets and no files of containers", monitor },
    { "proxy", "What Traefik's docker provider needs, and nothing else", proxy },
    { "ci", "Makes and uses containers, images, volumes and networks within the body rules", ci },
    { "admin", "Everything, without body rules unless there are some", NULL },
    { 0 },
};

bool policy_is_right(const char *text)
{
    for (const struct policy_right *right = policy_rights; right->name; right++)
        if (!strcmp(right->name, text))
            return true;
    return false;
}

const struct policy_preset *policy_find_preset(const char *name)
{
    for (const struct policy_preset *preset = policy_presets; preset->name; preset++)
        if (!strcmp(preset->name, name))
            return preset;
    return NULL;
}

bool policy_right_changes(const char *right)
{
    return !right || !str_ends(right, ":read");
}
