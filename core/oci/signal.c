#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/oci/oci.h"

static int named(const char *name)
{
    /* Further spellings users have from Docker's table. */
    static const struct {
        const char *name;
        int number;
    } aliases[] = { { "CLD", SIGCHLD }, { "IOT", SIGABRT }, { "UNUSED", SIGSYS }, { "POLL", SIGIO } };
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcasecmp(name, aliases[i].name))
            return aliases[i].number;
    for (int number = 1; number < SIGRTMIN; number++) {
        const char *known = sigabbrev_np(number);
        if (known && !strcasecmp(name, known))
            return number;
    }
    return -1;
}

/* RTMIN, RTMAX, RTMIN+n, RTMAX-n; -1 when it is none. */
static int realtime(const char *name)
{
    bool min = !strncasecmp(name, "RTMIN", 5);
    if (!min && strncasecmp(name, "RTMAX", 5))
        return -1;
    int base = min ? SIGRTMIN : SIGRTMAX;
    if (!name[5])
        return base;
    if (name[5] != (min ? '+' : '-'))
        return -1;
    int64_t away = str_to_int(name + 6);
    if (away < 0 || away > SIGRTMAX - SIGRTMIN)
        return -1;
    return min ? base + (int)away : base - (int)away;
}

int oci_signal(const char *text)
{
    if (str_empty(text))
        return -1;
    int64_t number = str_to_int(text);
    if (number >= 0)
        return number >= 1 && number <= SIGRTMAX ? (int)number : -1;
    if (!strncasecmp(text, "SIG", 3))
        text += 3;
    int found = realtime(text);
    return found > 0 ? found : named(text);
}
