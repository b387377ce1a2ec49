/*
 * Every table of routes, as a table of contents: Docker's by resource, then libpod's. One include and one line per
 * file; keep both in the order of the paths, and put a new resource where the alphabet says.
 */
#include "api/route.h"

/* docker */
#include "api/docker/_ping.h"
#include "api/docker/build_tables.h"
#include "api/docker/containers_tables.h"
#include "api/docker/coracle_tables.h"
#include "api/docker/images_tables.h"
#include "api/docker/item.h"
#include "api/docker/networks_tables.h"
#include "api/docker/openapi/docker.json.h"
#include "api/docker/openapi/libpod.json.h"
#include "api/docker/plugins_tables.h"
#include "api/docker/secrets_tables.h"
#include "api/docker/swarm_tables.h"
#include "api/docker/system_tables.h"
#include "api/docker/volumes_tables.h"

/* libpod */
#include "api/libpod/_ping.h"
#include "api/libpod/swagger.h"
#include "api/libpod/tables.h"

const struct route *const api_routes[] = {
    /* ---- docker: build ---- */
    docker_build_prune,

    /* ---- docker: configs ---- */
    docker_configs,
    docker_configs_create,
    docker_configs_item,
    docker_configs_update,

    /* ---- docker: containers ---- */
    docker_containers_archive,
    docker_containers_attach,
    docker_containers_attach_ws,
    docker_containers_changes,
    docker_containers_create,
    docker_containers_exec,
    docker_containers_export,
    docker_containers_item,
    docker_containers_json,
    docker_containers_kill,
    docker_containers_logs,
    docker_containers_pause,
    docker_containers_prune,
    docker_containers_rename,
    docker_containers_resize,
    docker_containers_restart,
    docker_containers_start,
    docker_containers_stats,
    docker_containers_top,
    docker_containers_update,
    docker_containers_stop,
    docker_containers_unpause,
    docker_containers_wait,

    /* ---- docker: our own ---- */
    docker_coracle_diagnostics,

    /* ---- docker: exec ---- */
    docker_exec_json,
    docker_exec_resize,
    docker_exec_start,

    /* ---- docker: images ---- */
    docker_commit,
    docker_images_create,
    docker_images_history,
    docker_images_item,
    docker_images_json,
    docker_images_load,
    docker_images_prune,
    docker_images_tag,

    /* ---- docker: networks ---- */
    docker_networks,
    docker_networks_connect,
    docker_networks_create,
    docker_networks_disconnect,
    docker_networks_item,
    docker_networks_prune,

    /* ---- docker: nodes ---- */
    docker_nodes,
    docker_nodes_item,
    docker_nodes_update,

    /* ---- docker: plugins ---- */
    docker_plugins,
    docker_plugins_create,
    docker_plugins_disable,
    docker_plugins_enable,
    docker_plugins_item,
    docker_plugins_json,
    docker_plugins_privileges,
    docker_plugins_pull,
    docker_plugins_push,
    docker_plugins_set,
    docker_plugins_upgrade,

    /* ---- docker: secrets ---- */
    docker_secrets,
    docker_secrets_create,
    docker_secrets_item,
    docker_secrets_update,

    /* ---- docker: services ---- */
    docker_services,
    docker_services_create,
    docker_services_item,
    docker_services_logs,
    docker_services_update,

    /* ---- docker: swarm ---- */
    docker_swarm,
    docker_swarm_init,
    docker_swarm_join,
    docker_swarm_leave,
    docker_swarm_unlock,
    docker_swarm_unlockkey,
    docker_swarm_update,

    /* ---- docker: system ---- */
    docker_auth,
    docker_events,
    docker_info,
    docker_item,
    docker_metrics,
    docker_openapi_docker,
    docker_openapi_libpod,
    docker_ping,
    docker_system_df,
    docker_version,

    /* ---- docker: tasks ---- */
    docker_tasks,
    docker_tasks_item,
    docker_tasks_logs,

    /* ---- docker: volumes ---- */
    docker_volumes,
    docker_volumes_create,
    docker_volumes_item,
    docker_volumes_prune,

    /* ---- libpod: containers ---- */
    libpod_containers_archive,
    libpod_containers_attach,
    libpod_containers_changes,
    libpod_containers_create,
    libpod_containers_exec,
    libpod_containers_exists,
    libpod_containers_export,
    libpod_containers_healthcheck,
    libpod_containers_init,
    libpod_containers_item,
    libpod_containers_json,
    libpod_containers_kill,
    libpod_containers_logs,
    libpod_containers_mount,
    libpod_containers_pause,
    libpod_containers_prune,
    libpod_containers_rename,
    libpod_containers_resize,
    libpod_containers_restart,
    libpod_containers_showmounted,
    libpod_containers_start,
    libpod_containers_stats,
    libpod_containers_top,
    libpod_containers_stop,
    libpod_containers_unmount,
    libpod_containers_unpause,
    libpod_containers_update,
    libpod_containers_wait,

    /* ---- libpod: exec ---- */
    libpod_exec_json,
    libpod_exec_remove,
    libpod_exec_resize,
    libpod_exec_start,

    /* ---- libpod: images ---- */
    libpod_commit,
    libpod_images_exists,
    libpod_images_history,
    libpod_images_import,
    libpod_images_item,
    libpod_images_json,
    libpod_images_load,
    libpod_images_prune,
    libpod_images_pull,
    libpod_images_remove,
    libpod_images_tag,
    libpod_images_untag,

    /* ---- libpod: networks ---- */
    libpod_networks_connect,
    libpod_networks_create,
    libpod_networks_disconnect,
    libpod_networks_exists,
    libpod_networks_item,
    libpod_networks_json,
    libpod_networks_prune,
    libpod_networks_reload,
    libpod_networks_update,

    /* ---- libpod: secrets ---- */
    libpod_secrets_create,
    libpod_secrets_exists,
    libpod_secrets_item,
    libpod_secrets_json,

    /* ---- libpod: system ---- */
    libpod_events,
    libpod_info,
    libpod_ping,
    libpod_swagger,
    libpod_system_check,
    libpod_system_df,
    libpod_system_prune,
    libpod_version,

    /* ---- libpod: volumes ---- */
    libpod_volumes_create,
    libpod_volumes_exists,
    libpod_volumes_export,
    libpod_volumes_import,
    libpod_volumes_item,
    libpod_volumes_json,
    libpod_volumes_prune,
    libpod_volumes_reload,

    NULL,
};
