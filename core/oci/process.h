#pragma once
/* Process objects. Private to core/oci. */
#include <stdbool.h>
#include <stdint.h>

struct build;
struct error;
struct oci_process;
struct str_list;

struct process_wish {
    const char *user, *workdir;  /* workdir: NULL or "" for the container's */
    const struct str_list *env;  /* on top of the container's; NULL for none */
    bool tty, privileged;
    int64_t rows, columns;       /* 0: unknown */
};
/* Everything but args. */
int process_fill(const struct build *build, const struct process_wish *wish, struct oci_process *process,
                 struct error **err);
/* Where the init program is bound to in the container. */
const char *process_init_path(const struct build *build);
