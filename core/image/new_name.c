#include "core/image/new_name.h"

#include "core/base/error.h"
#include "core/image/image.h"

int image_new_name(struct arena *arena, const char *text, bool docker, const char **ret_name, struct error **err)
{
    struct reference reference;
    *ret_name = "";
    if (str_empty(text))
        return 0;
    if (reference_parse(arena, text, docker ? "docker.io" : "localhost", &reference, err) < 0)
        return -1;
    if (reference.digest)
        return error_set(err, ERROR_INVALID, 0, "reference: \"%s\" has a digest: expected NAME[:TAG]", text);
    reference.tag = str_or(reference.tag, "latest");
    *ret_name = reference_text(arena, &reference);
    return 0;
}
