/*
 * Prints what the route tables say: the OpenAPI documents that stand next to this file, or the list of routes.
 *
 *   swagger docker | libpod | libpod-v2 | routes
 */
#include <stdio.h>
#include <string.h>

#include "api/openapi/openapi.h"
#include "core/base/arena.h"

static void print_routes(void)
{
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            printf("%s %s %s\n", route->method, route->path, route->file);
}

int main(int argc, char **argv)
{
    static const char *const names[] = { [OPENAPI_DOCKER] = "docker", [OPENAPI_LIBPOD] = "libpod", [OPENAPI_LIBPOD_V2] = "libpod-v2" };
    const char *what = argc == 2 ? argv[1] : "";
    if (!strcmp(what, "routes")) {
        print_routes();
        return 0;
    }
    for (enum openapi_document i = OPENAPI_DOCKER; i <= OPENAPI_LIBPOD_V2; i++) {
        if (strcmp(what, names[i]))
            continue;
        autoarena *arena = arena_new();
        autobuf out = BUF((size_t)64 << 20);
        openapi_print(arena, i, &out);
        return out.full || fwrite(out.data, 1, out.len, stdout) != out.len;
    }
    fprintf(stderr, "usage: swagger docker | libpod | libpod-v2 | routes\n");
    return 2;
}
