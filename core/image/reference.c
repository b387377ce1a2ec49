#include <ctype.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define MAX_NAME 255
#define MAX_TAG 128

static int wrong(const char *text, const char *why, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "invalid reference format: \"%s\": %s", text, why);
}

/* Lower-case letters and digits, parted by one ".", one or two "_" or any number of "-". */
static bool is_path_part(const char *part, size_t len)
{
    size_t i = 0;
    if (!len)
        return false;
    while (i < len) {
        size_t word = i;
        while (i < len && (islower((unsigned char)part[i]) || isdigit((unsigned char)part[i])))
            i++;
        if (i == word)
            return false;
        if (i == len)
            return true;
        size_t parting = strspn(part + i, "-");
        if (!parting)
            parting = part[i] == '.' ? 1 : part[i] == '_' ? (part[i + 1] == '_' ? 2 : 1) : 0;
        if (!parting || i + parting >= len)
            return false;
        i += parting;
    }
    return true;
}

static bool is_path(const char *path)
{
    for (;;) {
        size_t len = strcspn(path, "/");
        if (!is_path_part(path, len))
            return false;
        if (!path[len])
            return true;
        path += len + 1;
    }
}

static bool is_tag(const char *tag)
{
    if (!isalnum((unsigned char)*tag) && *tag != '_')
        return false;
    for (const char *at = tag; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("_.-", *at))
            return false;
    return strlen(tag) <= MAX_TAG;
}

static bool is_digest(const char *digest)
{
    return str_starts(digest, "sha256:") && strlen(digest) == 7 + 64 && str_is_hex(digest + 7);
}

/* The first component is a host only when it looks like one. */
static bool is_host(const char *text, size_t len)
{
    return memchr(text, '.', len) || memchr(text, ':', len) || (len == 9 && !memcmp(text, "localhost", 9)) || *text == '[';
}

static bool is_domain(const char *domain)
{
    for (const char *at = domain; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr(".-:[]", *at))
            return false;
    return isalnum((unsigned char)*domain) || *domain == '[';
}

/* Cuts "@digest" and ":tag" off the end. */
static int cut_ends(struct arena *arena, char *name, const char *text, struct reference *reference, struct error **err)
{
    char *at = strchr(name, '@');
    if (at) {
        *at = '\0';
        reference->digest = arena_strdup(arena, at + 1);
        if (!is_digest(reference->digest))
            return wrong(text, "expected @sha256: and 64 hex digits", err);
    }
    char *colon = strrchr(name, ':'), *slash = strrchr(name, '/');
    if (colon && (!slash || colon > slash)) {
        *colon = '\0';
        reference->tag = arena_strdup(arena, colon + 1);
        if (!is_tag(reference->tag))
            return wrong(text, "expected a tag of letters, digits, '_', '.' and '-', at most 128", err);
    }
    return 0;
}

int reference_parse(struct arena *arena, const char *text, const char *default_domain, struct reference *ret_reference, struct error **err)
{
    struct reference reference = { 0 };
    char *name = arena_strdup(arena, text);
    if (!*name)
        return wrong(text, "it is empty", err);
    if (cut_ends(arena, name, text, &reference, err) < 0)
        return -1;
    char *slash = strchr(name, '/');
    bool host = slash && is_host(name, (size_t)(slash - name));
    reference.domain = host ? arena_strndup(arena, name, (size_t)(slash - name)) : default_domain;
    reference.path = host ? slash + 1 : name;
    if (!strcmp(reference.domain, "index.docker.io"))
        reference.domain = "docker.io";
    if (!strcmp(reference.domain, "docker.io") && !strchr(reference.path, '/'))
        reference.path = arena_printf(arena, "library/%s", reference.path);
    for (const char *at = reference.path; *at; at++)
        if (isupper((unsigned char)*at))
            return wrong(text, "repository name must be lowercase", err);
    if (!is_domain(reference.domain) || !is_path(reference.path))
        return wrong(text, "expected [HOST/]NAME[:TAG][@DIGEST]", err);
    if (strlen(reference.domain) + strlen(reference.path) + 1 > MAX_NAME)
        return wrong(text, "a name has at most 255 bytes", err);
    *ret_reference = reference;
    return 0;
}

const char *reference_text(struct arena *arena, const struct reference *reference)
{
    return arena_printf(arena, "%s/%s%s%s%s%s", reference->domain, reference->path, reference->tag ? ":" : "", reference->tag ? reference->tag : "",
                        reference->digest ? "@" : "", reference->digest ? reference->digest : "");
}

const char *image_familiar(struct arena *arena, const char *full_name)
{
    const char *name = full_name;
    if (str_starts(name, "docker.io/"))
        name += strlen("docker.io/");
    else
        return full_name;
    if (str_starts(name, "library/"))
        name += strlen("library/");
    return arena_strdup(arena, name);
}
