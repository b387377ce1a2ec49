#pragma once
/* Parts of the body rules. Private to core/container. */
#include <stdbool.h>

struct arena;
struct container;
struct container_rules;
struct container_spec;
struct engine;
struct error;

/* "policy of socket x: rules.KEY: …", ERROR_FORBIDDEN. */
int rules_refuse(const struct container_rules *rules, const char *key, struct error **err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A container that @key of a specification names: it has to be covered, and within the rules itself. @ret_id: arena */
int rules_join(struct engine *engine, struct arena *arena, const struct container_rules *rules, const char *name,
               const char **ret_id, struct error **err);
/* The mounts asked for; binds are confined, and volumes_from names ids. */
int rules_admit_mounts(struct engine *engine, struct arena *arena, const struct container_rules *rules,
                       struct container_spec *spec, struct error **err);
/* The mounts a container has. */
int rules_check_mounts(struct engine *engine, struct arena *arena, const struct container_rules *rules,
                       const struct container *ctr, struct error **err);
