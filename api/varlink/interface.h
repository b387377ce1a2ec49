#pragma once
/*
 * Varlink interfaces as tables: the same rows dispatch calls, decode parameters and print the IDL that clients read.
 * api/varlink/interfaces.c lists them; a method's handler is in the file of its IDL section.
 */
#include <stdbool.h>
#include <stddef.h>

#include "api/varlink/dispatch.h"
#include "core/schema/schema.h"

struct varlink_call;

struct varlink_method { /* a table of them ends with an empty entry */
    const char *name, *doc;
    const struct schema *(*in)(void), *(*out)(void); /* NULL: no parameters */
    int (*handler)(struct varlink_call *call, struct error **err);
    const char *rights; /* as a route's; without it nobody but an unlimited socket may call it */
};
struct varlink_error {
    const char *name, *doc;
    const struct schema *(*parameters)(void);
};
struct varlink_interface {
    const char *name, *doc;
    const struct varlink_method *const *methods; /* tables, NULL-terminated */
    const struct varlink_error *errors;          /* ends with an empty entry */
    /* Sends the error of this interface that says what @err says. */
    int (*fail)(struct varlink_call *call, const struct error *failure, struct error **err);
};

struct varlink_call {
    const struct api *api;
    struct engine *engine;
    struct arena *arena;
    const struct varlink_interface *interface;
    const struct varlink_method *method;
    const void *in; /* wire struct of the method, or NULL */
    bool oneway, more;
    const struct varlink_ops *ops;
    void *transport;
};

/* The reply, or with @continues one of several (only when the call said more). */
int varlink_reply(struct varlink_call *call, const struct schema *schema, const void *object, bool continues, struct error **err);
/* An error reply: "io.podman.ImageNotFound" with its parameters. */
int varlink_reply_error(struct varlink_call *call, const char *name, const struct schema *schema, const void *parameters, struct error **err);

/* The interface's text as the python, go and rust generators parse it. */
void varlink_print_idl(struct buf *out, const struct varlink_interface *interface);

extern const struct varlink_interface *const varlink_interfaces[]; /* NULL-terminated */

/* Tables, by IDL section */
extern const struct varlink_method service_methods[];
extern const struct varlink_method atomic_system_methods[], podman_system_methods[];
extern const struct varlink_method atomic_images_methods[], podman_images_methods[];
