#pragma once
/* Pulling from the fake registry, and what has to be there afterwards. */
#include "test/unit/core/image/fixture.h"

static const struct pull_options plain_options __attribute__((unused));
#define BASIC_U_P "Basic dTpw"
static const struct registry_auth u_p __attribute__((unused)) = { .username = "u", .password = "p" };

static inline void pull_ok(struct place *place, const char *name, struct pull_options options, struct heard *heard,
                           const char *id)
{
    struct home *home = place->home;
    char got[65] = "";
    OK(pull(place, name, options, heard, got));
    assert_string_equal(got, id);
}

static inline int pull_wrong(struct place *place, const char *name, struct pull_options options)
{
    struct heard heard = { .stop_at = -1 };
    char id[65];
    return pull(place, name, options, &heard, id);
}

static inline const struct image *find(struct place *place, const char *id)
{
    struct home *home = place->home;
    const struct image *image = image_find(place->engine, home->arena, id, false, &home->err);
    if (!image)
        fail_msg("%s", home->err->message);
    return image;
}

static inline void nothing_is_left(struct place *place)
{
    int64_t images = -1;
    struct home *home = place->home;
    OK(image_count(place->engine, &images, &home->err));
    assert_int_equal(images, 0);
    assert_int_equal(count_layers(place), 0);
    autofree char *staging = mem_printf("%s/root/coracle/staging", home->folder);
    assert_true(!path_exists(staging) || rmdir(staging) == 0);
}
