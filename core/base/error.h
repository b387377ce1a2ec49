#pragma once
/*
 * Errors: what went wrong, in words a user can act on.
 *
 * A fallible function takes `struct error **err` last and returns 0 or -1 (pointers: NULL). Success leaves *err alone,
 * failure always sets it. `err` may not be NULL. An error is owned by whoever passed the address; release it with
 * error_free() or declare it `autoerror`.
 *
 *   kind     what a caller can decide on; api/error.c maps it to an HTTP status and a varlink error
 *   cause    innermost text, never rewritten by error_wrap()
 *   message  the whole chain: "pulling x: reading manifest: connection refused"
 *   noun     what kind of object it is about ("container", "image", …), static; NULL when it is about none
 *   name     which one, as the client wrote it; NULL without a noun
 */
#include <stdarg.h>

enum error_kind {
    ERROR_INTERNAL,     /* our fault, or the machine's */
    ERROR_INVALID,      /* the request can never work; names field, value and what was expected */
    ERROR_UNAUTHORIZED, /* credentials missing or wrong */
    ERROR_FORBIDDEN,    /* known, and not allowed */
    ERROR_NOT_FOUND,
    ERROR_NOT_MODIFIED, /* already as asked: start of a running container */
    ERROR_CONFLICT,     /* right request, wrong state */
    ERROR_TOO_LARGE,    /* a limit on the size of input was passed */
    ERROR_UNSUPPORTED,  /* a known feature this engine or machine does not have */
    ERROR_UNAVAILABLE,  /* not now: shutting down, not a swarm manager */
    ERROR_TIMEOUT,
    ERROR_CANCELLED,    /* the client left */
};

struct error {
    enum error_kind kind;
    int sys_errno; /* 0 when no system call is to blame */
    char *cause;
    char *message;
    const char *noun;
    char *name;
};

#define autoerror __attribute__((cleanup(error_cleanup))) struct error

/* Sets *err. When sys_errno is not 0, ": " and its text are appended. Returns -1 for `return error_set(…)`. */
int error_set(struct error **err, enum error_kind kind, int sys_errno, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As error_set(), saying which object it is about. @noun: static text; @name: copied */
int error_set_about(struct error **err, enum error_kind kind, const char *noun, const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Puts "text: " in front of the message of an error that is set. Returns -1. */
int error_wrap(struct error **err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void error_free(struct error *err);

/* Releases *err and sets it to NULL: for "try this, else that". */
void error_clear(struct error **err);

static inline void error_cleanup(struct error **err)
{
    error_free(*err);
}
