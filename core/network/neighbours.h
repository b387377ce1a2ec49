#pragma once
/*
 * Other servers of this machine, with roots of their own: their networks take subnets and bridge names too. A link to each
 * server's folder of networks is in /run/coracle/networks; podman's folder is known. Private to core/network.
 */
#include "core/base/str.h"

struct arena;
struct engine;
struct error;

/* Held from looking at what is taken to writing a network's file: no two servers choose the same. Returns a descriptor. */
int neighbours_lock(struct engine *engine, struct arena *arena, struct error **err);
/* Shows our folder to the others, in this boot; nothing where that is not possible. */
void neighbours_enroll(struct engine *engine, struct arena *arena);
/* Folders of the others, podman's among them. Arena. */
struct str_list neighbours_folders(struct engine *engine, struct arena *arena);
