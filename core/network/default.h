#pragma once
/* The default network, and where networks' files are. Private to core/network. */
struct arena;
struct engine;
struct error;

const char *network_dir(struct engine *engine, struct arena *arena); /* arena or borrowed */
/* Writes its file, with a subnet and a bridge that this machine does not use yet. A file that is there is left. */
int network_make_default(struct engine *engine, struct arena *arena, const char *name, struct error **err);
