#pragma once
/* Dockerfile instructions applied to a configuration: what import's and commit's `changes` are. Private to core/image.
 *
 * CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD SHELL STOPSIGNAL USER VOLUME WORKDIR, in any letter case, with a space or "="
 * after the word. Source of truth: the Dockerfile reference. */
struct arena;
struct error;
struct image_config_run;

/* ERROR_INVALID names the instruction and what was expected. What @run holds afterwards is in @arena. */
int image_change(struct arena *arena, struct image_config_run *run, const char *instruction, struct error **err);
