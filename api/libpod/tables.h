#pragma once
/* The route tables of the libpod dialect, one per file of this folder, as api/routes.c lists them. */
#include "api/route.h"

extern const struct route libpod_events[];
extern const struct route libpod_info[];
extern const struct route libpod_system_check[];
extern const struct route libpod_system_df[];
extern const struct route libpod_system_prune[];
extern const struct route libpod_version[];

extern const struct route libpod_containers_archive[];
extern const struct route libpod_containers_attach[];
extern const struct route libpod_containers_changes[];
extern const struct route libpod_containers_create[];
extern const struct route libpod_containers_exec[];
extern const struct route libpod_containers_exists[];
extern const struct route libpod_containers_export[];
extern const struct route libpod_containers_healthcheck[];
extern const struct route libpod_containers_init[];
extern const struct route libpod_containers_item[];
extern const struct route libpod_containers_json[];
extern const struct route libpod_containers_kill[];
extern const struct route libpod_containers_logs[];
extern const struct route libpod_containers_mount[];
extern const struct route libpod_containers_pause[];
extern const struct route libpod_containers_rename[];
extern const struct route libpod_containers_resize[];
extern const struct route libpod_containers_restart[];
extern const struct route libpod_containers_showmounted[];
extern const struct route libpod_containers_prune[];
extern const struct route libpod_containers_start[];
extern const struct route libpod_containers_stats[];
extern const struct route libpod_containers_top[];
extern const struct route libpod_containers_stop[];
extern const struct route libpod_containers_unmount[];
extern const struct route libpod_containers_unpause[];
extern const struct route libpod_containers_update[];
extern const struct route libpod_containers_wait[];

extern const struct route libpod_exec_json[];
extern const struct route libpod_exec_remove[];
extern const struct route libpod_exec_resize[];
extern const struct route libpod_exec_start[];

extern const struct route libpod_networks_connect[];
extern const struct route libpod_networks_disconnect[];
extern const struct route libpod_networks_reload[];

extern const struct route libpod_commit[];
extern const struct route libpod_images_exists[];
extern const struct route libpod_images_history[];
extern const struct route libpod_images_import[];
extern const struct route libpod_images_item[];
extern const struct route libpod_images_json[];
extern const struct route libpod_images_load[];
extern const struct route libpod_images_prune[];
extern const struct route libpod_images_pull[];
extern const struct route libpod_images_remove[];
extern const struct route libpod_images_tag[];
extern const struct route libpod_images_untag[];

extern const struct route libpod_networks_create[];
extern const struct route libpod_networks_exists[];
extern const struct route libpod_networks_item[];
extern const struct route libpod_networks_json[];
extern const struct route libpod_networks_prune[];
extern const struct route libpod_networks_update[];

extern const struct route libpod_secrets_create[];
extern const struct route libpod_secrets_exists[];
extern const struct route libpod_secrets_item[];
extern const struct route libpod_secrets_json[];

extern const struct route libpod_volumes_create[];
extern const struct route libpod_volumes_exists[];
extern const struct route libpod_volumes_export[];
extern const struct route libpod_volumes_import[];
extern const struct route libpod_volumes_item[];
extern const struct route libpod_volumes_json[];
extern const struct route libpod_volumes_prune[];
extern const struct route libpod_volumes_reload[];
