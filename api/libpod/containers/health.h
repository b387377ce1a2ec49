#pragma once
/* Health checks between libpod's wire types and core's. */
#include <stdbool.h>

struct arena;
struct container;
struct container_health;
struct container_health_change;
struct container_health_report;
struct container_spec;
struct engine;
struct error;
struct libpod_container_config;
struct libpod_health;
struct libpod_health_config;
struct libpod_spec;
struct libpod_update;

int libpod_translate_health(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err);
/* *ret_change: arena; NULL when nothing is said. ERROR_INVALID names the member. */
int libpod_translate_health_change(struct arena *arena, const struct libpod_update *body, const struct container_health_change **ret_change,
                                   struct error **err);
/* Arena; NULL for NULL. */
struct libpod_health_config *libpod_show_check(struct arena *arena, const struct container_health *check);
void libpod_show_health_config(struct arena *arena, const struct container_spec *spec, struct libpod_container_config *config);
/* *ret_health: NULL without a health check. */
int libpod_show_health(struct engine *engine, struct arena *arena, const struct container *ctr, struct libpod_health **ret_health,
                       struct error **err);
/* A report but for its status. */
void libpod_show_health_log(struct arena *arena, const struct container_health_report *report, struct libpod_health *ret_health);
