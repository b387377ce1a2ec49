#pragma once
/* What runtimes say when they fail, made into errors. Private to core/container. */
#include <stdbool.h>

struct arena;
struct error;

/* The last error's text out of a log in JSON lines (crun and runc differ in member order only); plain text is taken as
 * it is. Arena; "" when it says nothing. */
const char *runtime_words(struct arena *arena, const char *log);
/*
 * Sets the error for what a runtime said about creating or running a command:
 *   ERROR_NOT_FOUND  the command is missing (exit code 127)
 *   ERROR_INVALID    it cannot be executed, or is a directory (126)
 *   ERROR_INTERNAL   else
 * Messages keep the words by which docker's and podman's CLIs choose their exit codes. Returns -1.
 * @verb: "create", "exec", "start"; @ret_refused: may be NULL; the machine was refused, not the container
 */
int runtime_error(const char *verb, const char *words, bool *ret_refused, struct error **err);
