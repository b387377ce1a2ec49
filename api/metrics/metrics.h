#pragma once
/* What GET /metrics shows, part by part. Private to api. */
struct api;
struct arena;
struct buf;
struct error;

/* Calls, the process. */
void metrics_of_server(struct buf *out, const struct api *api);
/* What the store has, and what runs: names as cAdvisor's where it has them. */
int metrics_of_engine(struct buf *out, const struct api *api, struct arena *arena, struct error **err);
int metrics_of_containers(struct buf *out, const struct api *api, struct arena *arena, struct error **err);
