#pragma once
/* An image as Docker's list and disk usage show it. Private to api/docker. */
#include <stdbool.h>

struct call;
struct docker_image_summary;
struct image;

/* @shared: its shared size is filled in. Borrows from @image and the call's arena. */
void docker_summarize_image(struct call *call, const struct image *image, bool shared, struct docker_image_summary *ret_shown);
