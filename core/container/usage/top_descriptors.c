/* podman's top: values of /proc, as the container would see them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/usage/top.h"
#include "core/container/usage/top_processes.h"
#include "core/oci/oci.h"

#define MAX_FILE (1u << 20)
#define PTS_MAJOR 136 /* to 143 */
#define TTY_MAJOR 4

struct subject {
    struct arena *arena;
    const char *pid;
    const char *status, *comm; /* /proc/PID/status; the name in stat */
    char state;
    long long parent, group, tty, user_ticks, system_ticks, nice, start_ticks, virtual_bytes;
    int root; /* of the container, for its users' names */
};

/* ---- reading ---- */

static const char *read_file(const struct subject *subject, const char *name, size_t *ret_len)
{
    autoerror *gone = NULL;
    autofree char *text = path_read(arena_printf(subject->arena, "/proc/%s/%s", subject->pid, name), MAX_FILE, ret_len, &gone);
    return text ? arena_strndup(subject->arena, text, *ret_len) : NULL;
}

/* Its fields follow the name, which may have anything in it. */
static bool read_stat(struct subject *subject)
{
    size_t len;
    const char *text = read_file(subject, "stat", &len), *open = text ? strchr(text, '(') : NULL, *close = text ? strrchr(text, ')') : NULL;
    if (!open || !close)
        return false;
    subject->comm = arena_strndup(subject->arena, open + 1, (size_t)(close - open - 1));
    return sscanf(close + 1, " %c %lld %lld %*d %lld %*d %*u %*u %*u %*u %*u %lld %lld %*d %*d %*d %lld %*d %*d %lld %lld", &subject->state,
                  &subject->parent, &subject->group, &subject->tty, &subject->user_ticks, &subject->system_ticks, &subject->nice,
                  &subject->start_ticks, &subject->virtual_bytes) == 9;
}

/* The value of "Key:\tvalue" in /proc/PID/status. */
static const char *status_of(const struct subject *subject, const char *key)
{
    const char *at = strstr(subject->status, arena_printf(subject->arena, "\n%s:", key));
    if (!at)
        return "";
    at += strlen(key) + 2;
    at += strspn(at, " \t");
    return arena_strndup(subject->arena, at, strcspn(at, "\n"));
}

/* Word number @at; the last one when there are not so many. */
static const char *word_of(struct arena *arena, const char *text, size_t at)
{
    const char *word = "";
    for (size_t i = 0; *text && i <= at; i++) {
        size_t len = strcspn(text, "\t ");
        word = arena_strndup(arena, text, len);
        text += len;
        text += strspn(text, "\t ");
    }
    return word;
}

/* ---- values ---- */

/* What another process is called in its own namespace; 0 for one outside. */
static const char *inside_number(const struct subject *subject, long long pid, const char *key)
{
    struct subject other = *subject;
    size_t len;
    other.pid = arena_printf(subject->arena, "%lld", pid);
    other.status = pid > 0 ? read_file(&other, "status", &len) : NULL;
    if (!other.status)
        return "0";
    const char *numbers = status_of(&other, key), *own = status_of(subject, "NSpid");
    size_t depth = 0, here = 0;
    for (const char *at = numbers; (at = strpbrk(at, "\t ")); at++)
        depth++;
    for (const char *at = own; (at = strpbrk(at, "\t ")); at++)
        here++;
    return depth < here ? "0" : word_of(subject->arena, numbers, here);
}

static const char *show_pid(const struct subject *subject)
{
    return word_of(subject->arena, status_of(subject, "NSpid"), SIZE_MAX - 1);
}

static const char *show_hpid(const struct subject *subject)
{
    return subject->pid;
}

static const char *show_ppid(const struct subject *subject)
{
    return inside_number(subject, subject->parent, "NSpid");
}

static const char *show_pgid(const struct subject *subject)
{
    return word_of(subject->arena, status_of(subject, "NSpgid"), SIZE_MAX - 1);
}

/* A host's number as the container's user namespace has it; -1 when it has none. */
static int64_t inside_id(const struct subject *subject, const char *map, int64_t id)
{
    size_t len;
    const char *text = read_file(subject, map, &len);
    long long inside, outside, size;
    for (int used; text && sscanf(text, "%lld %lld %lld%n", &inside, &outside, &size, &used) == 3; text += used)
        if (id >= outside && id < outside + size)
            return inside + id - outside;
    return -1;
}

/* @which: 0 real, 1 effective */
static const char *name_of(const struct subject *subject, const char *key, size_t which, bool on_host)
{
    bool is_user = !strcmp(key, "Uid");
    int64_t id = str_to_int(word_of(subject->arena, status_of(subject, key), which));
    if (!on_host)
        id = inside_id(subject, is_user ? "uid_map" : "gid_map", id);
    autofd host = on_host ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    return oci_id_name(subject->arena, on_host ? host : subject->root, is_user, id);
}

static const char *show_user(const struct subject *subject)
{
    return name_of(subject, "Uid", 1, false);
}

static const char *show_ruser(const struct subject *subject)
{
    return name_of(subject, "Uid", 0, false);
}

static const char *show_huser(const struct subject *subject)
{
    return name_of(subject, "Uid", 1, true);
}

static const char *show_group(const struct subject *subject)
{
    return name_of(subject, "Gid", 1, false);
}

static const char *show_rgroup(const struct subject *subject)
{
    return name_of(subject, "Gid", 0, false);
}

static const char *show_hgroup(const struct subject *subject)
{
    return name_of(subject, "Gid", 1, true);
}

static const char *show_comm(const struct subject *subject)
{
    return subject->comm;
}

/* What stands between its words are zeros; a kernel's or a dead one has none. */
static const char *show_args(const struct subject *subject)
{
    size_t len = 0;
    autoerror *gone = NULL;
    autofree char *text = path_read(arena_printf(subject->arena, "/proc/%s/cmdline", subject->pid), MAX_FILE, &len, &gone);
    while (text && len && !text[len - 1])
        len--;
    if (!text || !len)
        return arena_printf(subject->arena, "[%s]", subject->comm);
    for (size_t i = 0; i < len; i++)
        text[i] = text[i] ? text[i] : ' ';
    return arena_strndup(subject->arena, text, len);
}

static int64_t ticks_to_ns(long long ticks)
{
    return ticks * (CLOCK_SECOND / sysconf(_SC_CLK_TCK));
}

static int64_t age_ns(const struct subject *subject)
{
    return clock_since_boot() - ticks_to_ns(subject->start_ticks);
}

static const char *show_duration(const struct subject *subject, int64_t ns)
{
    char text[CLOCK_TEXT_SIZE];
    return arena_strdup(subject->arena, clock_format_duration(ns > 0 ? ns : 0, text));
}

static const char *show_etime(const struct subject *subject)
{
    return show_duration(subject, age_ns(subject));
}

static const char *show_time(const struct subject *subject)
{
    return show_duration(subject, ticks_to_ns(subject->user_ticks + subject->system_ticks));
}

static const char *show_stime(const struct subject *subject)
{
    char text[CLOCK_TEXT_SIZE];
    return arena_strdup(subject->arena, clock_format(clock_now() - age_ns(subject), text));
}

static const char *show_pcpu(const struct subject *subject)
{
    int64_t age = age_ns(subject);
    double used = (double)ticks_to_ns(subject->user_ticks + subject->system_ticks);
    return arena_printf(subject->arena, "%.3f", age > 0 ? used / (double)age * 100 : 0);
}

static const char *show_nice(const struct subject *subject)
{
    return arena_printf(subject->arena, "%lld", subject->nice);
}

static const char *show_state(const struct subject *subject)
{
    return arena_printf(subject->arena, "%c", subject->state);
}

static const char *show_tty(const struct subject *subject)
{
    unsigned major = gnu_dev_major((dev_t)subject->tty), minor = gnu_dev_minor((dev_t)subject->tty);
    if (major >= PTS_MAJOR && major < PTS_MAJOR + 8)
        return arena_printf(subject->arena, "pts/%u", (major - PTS_MAJOR) * 256 + minor);
    return major == TTY_MAJOR ? arena_printf(subject->arena, "tty%u", minor) : "?";
}

static const char *show_vsz(const struct subject *subject)
{
    return arena_printf(subject->arena, "%lld", subject->virtual_bytes / 1024);
}

static const char *show_seccomp(const struct subject *subject)
{
    static const char *const modes[] = { "disabled", "strict", "filter" };
    int64_t mode = str_to_int(status_of(subject, "Seccomp"));
    return mode >= 0 && mode < 3 ? modes[mode] : "?";
}

static const char *show_label(const struct subject *subject)
{
    size_t len;
    const char *text = read_file(subject, "attr/current", &len);
    return text ? arena_strndup(subject->arena, text, strcspn(text, "\n")) : "?";
}

static const struct {
    const char *name, *title;
    const char *(*show)(const struct subject *subject);
} descriptors[] = {
    { "args", "COMMAND", show_args },   { "comm", "COMMAND", show_comm },    { "etime", "ELAPSED", show_etime },
    { "group", "GROUP", show_group },   { "hgroup", "HGROUP", show_hgroup }, { "hpid", "HPID", show_hpid },
    { "huser", "HUSER", show_huser },   { "label", "LABEL", show_label },    { "nice", "NI", show_nice },
    { "pcpu", "%CPU", show_pcpu },      { "pgid", "PGID", show_pgid },       { "pid", "PID", show_pid },
    { "ppid", "PPID", show_ppid },      { "rgroup", "RGROUP", show_rgroup }, { "ruser", "RUSER", show_ruser },
    { "seccomp", "SECCOMP", show_seccomp }, { "state", "STATE", show_state },  { "stime", "STIME", show_stime },
    { "time", "TIME", show_time },      { "tty", "TTY", show_tty },          { "user", "USER", show_user },
    { "vsz", "VSZ", show_vsz },
};
#define COUNT (sizeof descriptors / sizeof *descriptors)

static const char *const usual[] = { "user", "pid", "ppid", "pcpu", "etime", "tty", "time", "args" };
#define USUAL (sizeof usual / sizeof *usual)

static size_t find(const char *name)
{
    size_t i = 0;
    while (i < COUNT && strcmp(descriptors[i].name, name))
        i++;
    return i;
}

bool container_top_knows(const char *descriptor)
{
    return find(descriptor) < COUNT;
}

static int unknown(struct arena *arena, const char *name, struct error **err)
{
    struct str_list names = { 0 };
    for (size_t i = 0; i < COUNT; i++)
        str_list_add(arena, &names, descriptors[i].name);
    return error_set(err, ERROR_INVALID, 0, "ps_args: \"%.80s\" is not a descriptor: expected %s", name, str_join(arena, &names, ", "));
}

/* One that ends meanwhile is left out. */
static bool show_process(struct subject *subject, const size_t *chosen, size_t count, struct str_list *ret_values)
{
    size_t len;
    subject->status = read_file(subject, "status", &len);
    if (!subject->status || !read_stat(subject))
        return false;
    for (size_t i = 0; i < count; i++)
        str_list_add(subject->arena, ret_values, descriptors[chosen[i]].show(subject));
    return true;
}

int container_top_descriptors(struct engine *engine, struct arena *arena, const char *key, const struct str_list *names,
                              struct container_top *ret_top, struct error **err)
{
    size_t count = names->count ? names->count : USUAL;
    size_t *chosen = arena_array(arena, count, sizeof *chosen);
    struct str_list pids = { 0 };
    *ret_top = (struct container_top){ 0 };
    for (size_t i = 0; i < count; i++) {
        const char *name = names->count ? names->items[i] : usual[i];
        chosen[i] = find(name);
        if (chosen[i] == COUNT)
            return unknown(arena, name, err);
        str_list_add(arena, &ret_top->titles, descriptors[chosen[i]].title);
    }
    autocontainer *ctr = top_find(engine, key, err);
    if (!ctr)
        return -1;
    autofd root = open(arena_printf(arena, "/proc/%lld/root", (long long)ctr->pid), O_PATH | O_DIRECTORY | O_CLOEXEC);
    top_processes(arena, ctr, &pids);
    ret_top->processes.items = arena_array(arena, pids.count + 1, sizeof *ret_top->processes.items);
    for (size_t i = 0; i < pids.count; i++) {
        struct subject subject = { .arena = arena, .pid = pids.items[i], .root = root };
        struct str_list values = { 0 };
        if (show_process(&subject, chosen, count, &values))
            ret_top->processes.items[ret_top->processes.count++] = values;
    }
    return 0;
}
