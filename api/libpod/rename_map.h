#pragma once
/* podman's parameter `rename`: JSON that says which names of an archive are to be others. Private to api/libpod. */
struct call;
struct error;
struct str_map;

/* @text: NULL or empty gives none. ERROR_INVALID when it is not an object of texts. Arena of the call. */
int libpod_rename_map(struct call *call, const char *text, struct str_map *ret_map, struct error **err);
