#pragma once
/* The use of a volume by this process for a while: it is mounted and not removed meanwhile, as with a container. Private to
 * core. */
struct arena;
struct engine;
struct error;
struct volume;

struct volume_job {
    struct engine *engine;
    struct arena *arena;
    struct volume *volume;
    const char *user; /* its row in volume_mounts */
    int root;         /* its content: a directory open for reading */
};

/* @ret_job: to be ended, also after a failure in between. */
int volume_job_begin(struct engine *engine, struct arena *arena, struct volume *volume, struct volume_job *ret_job,
                     struct error **err);
void volume_job_end(struct volume_job *job);
/* Those of processes that died. */
int volume_job_repair(struct engine *engine, struct error **err);
