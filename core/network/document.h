#pragma once
/* Networks' files and netavark's input: rows in document.def. Private to core/network. */
#include "core/schema/declare.h"
#include "core/network/document.def"
#include "core/schema/done.h"

struct arena;
struct buf;
struct engine;
struct error;
struct network;

/* A file's text as a network; arena. -1 with ERROR_INVALID. */
int network_document_read(struct arena *arena, const char *text, struct network *ret_network, struct error **err);
/* Writes its file, whole or not at all. */
int network_document_write(struct engine *engine, struct arena *arena, const struct network *network, struct error **err);
const char *network_document_path(struct engine *engine, struct arena *arena, const char *name);
