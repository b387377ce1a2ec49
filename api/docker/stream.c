#include "api/docker/stream.h"

#include "api/call.h"

#define SINCE_MULTIPLEXED 42
#define MEDIA_RAW "application/vnd.docker.raw-stream"
#define MEDIA_MULTIPLEXED "application/vnd.docker.multiplexed-stream"

const char *docker_log_media(const struct call *call, bool framed)
{
    return framed && call->level >= SINCE_MULTIPLEXED ? MEDIA_MULTIPLEXED : MEDIA_RAW;
}

const char *docker_hijack_media(struct call *call, bool framed)
{
    return call->ops->header(call, "Upgrade") ? docker_log_media(call, framed) : MEDIA_RAW;
}
