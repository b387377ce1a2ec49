#pragma once
/* One question to a plugin: POST of a JSON object over HTTP. Private to core/volume. */
#include <stdint.h>

struct arena;
struct error;
struct plugin_answer;
struct plugin_place;
struct schema;

/*
 * @method: "VolumeDriver.Mount"; @timeout_s: 0 waits for ever; @ret_answer: arena
 *   ERROR_INVALID   the plugin says no: in its own words
 *   ERROR_INTERNAL  it cannot be reached, does not answer in time, or answers what cannot be understood
 */
int plugin_call(struct arena *arena, const struct plugin_place *place, const char *method, const struct schema *schema,
                const void *question, int64_t timeout_s, struct plugin_answer **ret_answer, struct error **err);
