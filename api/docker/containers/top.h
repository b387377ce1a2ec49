#pragma once
/* The processes of a container in Docker's wire type, which is libpod's too. */
#include "api/types/docker/docker.h"
#include "core/container/usage/top.h"

/* Borrows from @top. */
static inline struct docker_top docker_show_top(const struct container_top *top)
{
    struct docker_top shown = { .titles = top->titles };
    shown.processes.items = top->processes.items;
    shown.processes.count = top->processes.count;
    return shown;
}
