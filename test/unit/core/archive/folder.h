#pragma once
/* A private folder for a test, as setup and teardown of cmocka; *state is its path. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"

static inline int folder_make(void **state)
{
    char path[] = "/tmp/coracle-test-XXXXXX";
    if (!mkdtemp(path))
        return -1;
    *state = mem_strdup(path);
    return 0;
}

static inline int folder_remove(void **state)
{
    autoerror *err = NULL;
    int rc = path_remove_tree(*state, &err);
    if (rc < 0)
        fprintf(stderr, "%s\n", err->message);
    free(*state);
    return rc;
}
