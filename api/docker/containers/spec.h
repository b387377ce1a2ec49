#pragma once
/* From Docker's create request to the engine's specification. Private to api/docker. */
struct arena;
struct container_spec;
struct docker_create;
struct error;
struct str_list;

/*
 * @ret_spec: borrows from @body and the arena. @ret_warnings: what is heard and makes no difference here.
 * ERROR_INVALID names a member that is wrong, or that says something and is not honoured.
 */
int docker_translate_spec(struct arena *arena, const struct docker_create *body, const char *name,
                          struct container_spec *ret_spec, struct str_list *ret_warnings, struct error **err);
