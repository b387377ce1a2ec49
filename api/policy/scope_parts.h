#pragma once
/* Parts of the scope of a policy. Private to api/policy. */
struct call;
struct container_rules;
struct error;

const struct container_rules *scope_rules(const struct call *call);
/* "policy of socket x: rules.KEY: …", ERROR_FORBIDDEN. */
int scope_refuse(struct call *call, const char *key, struct error **err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A container that the request names: covered by the labels, and when the route changes something within the rules.
 * *name becomes its id. */
int scope_container(struct call *call, const char **name, struct error **err);

/* Puts the labels into the parameter "filters". */
int scope_filters(struct call *call, struct error **err);
/* Puts the labels into the new object's. */
int scope_labels(struct call *call, struct error **err);
/* What a new volume or network may not be, and which container a network is joined by. */
int scope_members(struct call *call, struct error **err);
