#pragma once
/* Connects and disconnects that were interrupted, and who has to be told of changes. Private to core/container. */
struct container;
struct engine;
struct error;

/* The files of a container that runs, for what it and the others are now. What fails is logged. */
void container_refresh_files(struct engine *engine, const char *id);
/* The same of those that have links to others, after one came, went or changed its name or networks. */
void container_tell_linkers(struct engine *engine);
/* Finishes a rename: name service and files. */
int container_settle_name(struct engine *engine, const struct container *ctr, struct error **err);

/* With the lock of a container that runs held: undoes a half connect, finishes a half disconnect. */
int container_settle_networks(struct engine *engine, const struct container *ctr, struct error **err);
