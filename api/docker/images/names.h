#pragma once
/* Images by the names of Docker's dialect: familiar ones out, and the words its clients look for when there is none. */
#include "core/base/str.h"

struct call;
struct error;
struct image;

/* As image_find(). ERROR_INVALID when it is neither a reference nor an id; ERROR_NOT_FOUND with the tag that was meant. */
struct image *docker_find_image(struct call *call, const char *name, struct error **err);
/* For an error of core's about an image: puts Docker's words there. Returns -1. */
int docker_image_error(struct call *call, const char *name, struct error **err);
/* ERROR_INVALID when @name is neither a reference nor an id. */
int docker_check_image_name(struct call *call, const char *name, struct error **err);

/* "repo" and "tag" of a query as one reference: the tag wins over one in the name, a digest in the name over both.
 * ERROR_INVALID. NULL with it. */
const char *docker_join_reference(struct call *call, const char *repo, const char *tag, struct error **err);

/* alpine:latest for docker.io/library/alpine:latest, of each; arena */
struct str_list docker_familiar(struct call *call, const struct str_list *names);
/* "" for none, else "sha256:…"; arena */
const char *docker_image_id(struct call *call, const char *id);
