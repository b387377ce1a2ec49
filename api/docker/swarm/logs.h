#pragma once
/* Logs of what a swarm runs: services and tasks take the same parameters. Private to api/docker. */
struct call;
struct error;
struct param;

const struct param *docker_swarm_logs_params(void);
/* The handler, for routes with these parameters. */
int docker_swarm_logs(struct call *call, struct error **err);
