#include "api/docker/secrets/show.h"

#include "core/secret/secret.h"

struct docker_secret docker_show_secret(const struct secret *secret)
{
    return (struct docker_secret){
        .id = secret->id,
        .version = { secret_version(secret) },
        .created = secret->created_unix_ns,
        .updated = secret->updated_unix_ns,
        .spec = {
            .name = secret->name,
            .labels = secret->labels,
            .driver = { .name = secret->driver, .options = secret->options },
        },
    };
}
