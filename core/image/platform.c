#include "core/image/platform.h"

#include <ctype.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"
#include "core/image/documents.h"
#include "core/image/image.h"

/* What uname says, and Go's word for it. */
static const struct {
    const char *machine, *architecture, *variant;
} machines[] = {
    { "x86_64", "amd64", "" },      { "aarch64", "arm64", "" },   { "armv7l", "arm", "v7" },
    { "armv6l", "arm", "v6" },      { "armv8l", "arm", "v8" },    { "i686", "386", "" },
    { "i586", "386", "" },          { "i386", "386", "" },        { "ppc64le", "ppc64le", "" },
    { "s390x", "s390x", "" },       { "riscv64", "riscv64", "" }, { "mips64", "mips64le", "" },
    { "loongarch64", "loong64", "" },
};

/* Variants from the newest to the oldest; each runs what the ones after it are for. */
static const struct {
    const char *architecture, *variants[5];
} ladders[] = {
    { "arm", { "v8", "v7", "v6", "v5" } },
    { "arm64", { "v8" } },
    { "amd64", { "v4", "v3", "v2", "v1" } },
};

static void use_machine(struct arena *arena, const char *name, struct platform *platform)
{
    platform->architecture = arena_strdup(arena, name);
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
        if (strcmp(machines[i].machine, name) != 0)
            continue;
        platform->architecture = machines[i].architecture;
        platform->variant = machines[i].variant;
    }
}

/* What may stand alone. */
static bool is_architecture(const char *name)
{
    static const char *const others[] = { "arm", "mips", "mipsle", "mips64", "mips64le", "ppc64", "wasm" };
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (!strcmp(machines[i].machine, name) || !strcmp(machines[i].architecture, name))
            return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i], name))
            return true;
    return false;
}

static bool is_word(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("._-", *at))
            return false;
    return *text;
}

int platform_parse(struct arena *arena, const char *text, struct platform *ret_platform, struct error **err)
{
    struct platform platform = { "linux", "", "" };
    struct utsname host = { 0 };
    uname(&host);
    use_machine(arena, host.machine, &platform);
    if (!str_empty(text)) {
        struct str_list parts = str_split(arena, text, '/');
        for (size_t i = 0; i < parts.count; i++)
            if (parts.count > 3 || !is_word(parts.items[i]) || str_ends(text, "/"))
                return error_set(err, ERROR_INVALID, 0, "platform: \"%s\": expected os[/arch[/variant]]", text);
        if (parts.count == 1 && is_architecture(parts.items[0])) {
            use_machine(arena, parts.items[0], &platform);
        } else {
            platform.os = parts.items[0];
            if (parts.count > 1) {
                platform.variant = "";
                use_machine(arena, parts.items[1], &platform);
            }
            if (parts.count > 2)
                platform.variant = parts.items[2];
        }
    }
    if (strcmp(platform.os, "linux") != 0)
        return error_set(err, ERROR_INVALID, 0, "platform: os \"%s\" does not run here: expected linux", platform.os);
    *ret_platform = platform;
    return 0;
}

static const struct image_index_entry *find(const struct image_index *index, const struct platform *platform,
                                            const char *variant)
{
    for (size_t i = 0; i < index->manifests.count; i++) {
        const struct image_platform *has = &index->manifests.items[i].platform;
        if (str_eq(has->os, platform->os) && str_eq(has->architecture, platform->architecture) &&
            (!variant || !strcmp(str_or(has->variant, ""), variant)))
            return &index->manifests.items[i];
    }
    return NULL;
}

/* With a variant: that one, the older ones it can run, then an entry without. Without: an entry without, then any. */
const struct image_index_entry *platform_choose(const struct image_index *index, const struct platform *platform)
{
    const struct image_index_entry *found = NULL;
    if (str_empty(platform->variant)) {
        found = find(index, platform, "");
        return found ? found : find(index, platform, NULL);
    }
    found = find(index, platform, platform->variant);
    for (size_t i = 0; !found && i < sizeof ladders / sizeof *ladders; i++) {
        bool reached = false;
        if (strcmp(ladders[i].architecture, platform->architecture) != 0)
            continue;
        for (size_t j = 0; !found && ladders[i].variants[j]; j++) {
            reached = reached || !strcmp(ladders[i].variants[j], platform->variant);
            if (reached)
                found = find(index, platform, ladders[i].variants[j]);
        }
    }
    return found ? found : find(index, platform, "");
}

/* An image that says nothing of its variant fits each. */
int image_check_platform(const struct image *image, const char *name, const char *os, const char *architecture,
                         const char *variant, struct error **err)
{
    const char *asked[] = { str_or(os, ""), str_or(architecture, ""), str_or(variant, "") };
    const char *has[] = { str_or(image->os, ""), str_or(image->architecture, ""), str_or(image->variant, "") };
    for (size_t i = 0; i < 3; i++)
        if (*asked[i] && strcmp(asked[i], has[i]) && (i < 2 || *has[i]))
            return error_set_about(err, ERROR_NOT_FOUND, "platform", asked[i],
                                   "image with reference %s was found but does not match the specified platform: wanted "
                                   "%s/%s%s%s, actual: %s/%s", name, *asked[0] ? asked[0] : has[0], *asked[1] ? asked[1] : has[1],
                                   *asked[2] ? "/" : "", asked[2], has[0], has[1]);
    return 0;
}
