#include "core/container/runtime/words.h"

#include <ctype.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/container/runtime/conmon_types.h"

static const char *trimmed(struct arena *arena, const char *text, size_t len)
{
    while (len && isspace((unsigned char)*text)) {
        text++;
        len--;
    }
    while (len && isspace((unsigned char)text[len - 1]))
        len--;
    return arena_strndup(arena, text, len);
}

const char *runtime_words(struct arena *arena, const char *log)
{
    const char *words = "", *plain = "";
    const struct schema_limits limits = { .max_bytes = 1u << 20, .max_depth = 4 };
    for (const char *line = log, *end; line && *line; line = *end ? end + 1 : end) {
        end = strchrnul(line, '\n');
        size_t len = (size_t)(end - line);
        autoerror *ignored = NULL;
        struct runtime_log *said =
            *line == '{' ? schema_decode(arena, runtime_log_schema(), line, len, limits, NULL, &ignored) : NULL;
        if (!said && len)
            plain = trimmed(arena, line, len);
        else if (said && !str_empty(said->msg) && !str_eq(said->level, "warning") && !str_eq(said->level, "info") &&
                 !str_eq(said->level, "debug"))
            words = trimmed(arena, said->msg, strlen(said->msg));
    }
    return *words ? words : plain;
}

static bool has(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

static bool is_missing(const char *words)
{
    bool no_such_file = has(words, "no such file or directory");
    return (has(words, "executable file") && has(words, "not found")) || (no_such_file && has(words, "exec: \"")) ||
           (no_such_file && has(words, "exec container process"));
}

static const char *why_not_executable(const char *words)
{
    if (has(words, "is a directory") || has(words, "is not a regular file"))
        return "is a directory";
    if (has(words, "exec format error"))
        return "exec format error";
    if (has(words, "permission denied") || has(words, "not executable") ||
        (has(words, "operation not permitted") && has(words, "open executable")))
        return "permission denied";
    return NULL;
}

/* A layout of cgroups that this runtime does not handle, such as a hierarchy that is not mounted where it looks. */
static bool is_machine(const char *words)
{
    static const char *const signs[] = { "no such file or directory", "not available", "no such device",
                                         "invalid file system type",  "not supported", "not mounted",
                                         "read-only file system",     "mountpoint for" };
    if (!has(words, "cgroup"))
        return false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (has(words, signs[i]))
            return true;
    return false;
}

int runtime_error(const char *verb, const char *words, bool *ret_refused, struct error **err)
{
    if (is_missing(words))
        return error_set(err, ERROR_NOT_FOUND, 0, "OCI runtime %s failed: executable file not found in $PATH: %s", verb,
                         words);
    const char *why = why_not_executable(words);
    if (why && !has(words, "cgroup") && !has(words, "chdir"))
        return error_set(err, ERROR_INVALID, 0, "OCI runtime %s failed: %s: %s", verb, why, words);
    if (has(words, "chdir"))
        return error_set(err, ERROR_INVALID, 0, "OCI runtime %s failed: the working directory cannot be entered: %s",
                         verb, words);
    if (has(words, "not a directory") && has(words, "mount"))
        return error_set(err, ERROR_INVALID, 0,
                         "OCI runtime %s failed: Are you trying to mount a directory onto a file (or vice-versa)? "
                         "Check if the specified host path exists and is the expected type: %s",
                         verb, words);
    if (ret_refused)
        *ret_refused = is_machine(words);
    return error_set(err, ERROR_INTERNAL, 0, "OCI runtime %s failed: %s", verb, *words ? words : "it gave no reason");
}
