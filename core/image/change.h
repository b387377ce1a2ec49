#pragma once
/* Dockerfile instructions applied to a configuration: what import's and commit's `changes` are. Private to core/image.
 *
 * CMD ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL ONBUILD SHELL STOPSIGNAL USER VOLUME WORKDIR, in any letter case, with a space or "="
 * after the word. Source of truth: the Dockerfile reference. */
#include <stdbool.h>

struct arena;
struct error;
struct image_config_run;
struct str_list;

/* ERROR_INVALID names the instruction and what was expected. What @run holds afterwards is in @arena. */
int image_change(struct arena *arena, struct image_config_run *run, const char *instruction, struct error **err);

/* What is behind HEALTHCHECK. */
int image_change_health(struct arena *arena, struct image_config_run *run, const char *text, struct error **err);
/* ["a","b"]; false when it is no list of texts. */
bool image_change_list(struct arena *arena, const char *text, struct str_list *ret_list);
