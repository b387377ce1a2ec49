#pragma once
/* What a client wants of a network, checked and made whole. Private to core/network. */
#include <stdbool.h>

struct arena;
struct engine;
struct error;
struct network;
struct network_settings;
struct taken;

/* Fills @network but for its name and id. Errors as network_create(). */
int settings_complete(struct engine *engine, struct arena *arena, const struct network_settings *settings, struct taken *taken,
                      struct network *network, struct error **err);

/* Its parts, each in a file. */
int settings_subnets(struct arena *arena, const struct network_settings *settings, struct taken *taken,
                     struct network *network, struct error **err);
int settings_options(struct arena *arena, const struct network_settings *settings, struct network *network, bool *ret_newer,
                     struct error **err);
/* A name the kernel takes: at most 15 bytes, no slash, no blank. ERROR_INVALID names @field. */
int settings_check_interface(const char *field, const char *name, struct error **err);
/* @field names the list the server came from. */
int settings_check_dns_server(const char *field, const char *server, struct error **err);
/* ERROR_UNSUPPORTED unless kernel and netavark have the driver, and netavark is newer than 1.4 where @newer says so. */
int settings_check_machine(struct engine *engine, struct arena *arena, const char *driver, bool newer, struct error **err);
