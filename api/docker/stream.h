#pragma once
/* Content types of what containers and exec sessions write. Private to api/docker. */
#include <stdbool.h>

struct call;

/* Logs: clients of 1.42 and newer are told that there are frames. */
const char *docker_log_media(const struct call *call, bool framed);
/* Attach and exec: the same for those who ask to upgrade, the others hear the old word. */
const char *docker_hijack_media(struct call *call, bool framed);
