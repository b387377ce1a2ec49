/* Docker's top: the host's ps, and of its lines those of the container. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/spawn.h"
#include "core/container/container.h"
#include "core/container/usage/top.h"
#include "core/container/usage/top_processes.h"

#define MAX_OUTPUT (16u << 20)
#define TIMEOUT_MS 10000

/* The next word; NULL at the end of the line. */
static const char *take_word(struct arena *arena, const char **at)
{
    *at += strspn(*at, " \t");
    size_t len = strcspn(*at, " \t");
    const char *word = len ? arena_strndup(arena, *at, len) : NULL;
    *at += len;
    return word;
}

static void split_words(struct arena *arena, const char *line, struct str_list *ret_words)
{
    for (const char *word; (word = take_word(arena, &line));)
        str_list_add(arena, ret_words, word);
}

/* A word for each title; the last one has the rest of the line. */
static void split_values(struct arena *arena, const char *line, size_t count, struct str_list *ret_values)
{
    while (ret_values->count + 1 < count) {
        const char *word = take_word(arena, &line);
        if (!word)
            return;
        str_list_add(arena, ret_values, word);
    }
    line += strspn(line, " \t");
    str_list_add(arena, ret_values, line);
}

static int find_title(const struct str_list *titles, const char *title, size_t *ret_at, struct error **err)
{
    for (size_t i = 0; i < titles->count; i++) {
        if (strcmp(titles->items[i], title))
            continue;
        *ret_at = i;
        return 0;
    }
    return error_set(err, ERROR_INVALID, 0, "ps_args: ps shows no column PID with them, so nobody knows whose the lines are");
}

static int keep_lines(struct arena *arena, const char *text, const struct str_list *pids, struct container_top *top, struct error **err)
{
    struct str_list lines = str_split(arena, text, '\n');
    size_t at = 0;
    if (lines.count)
        split_words(arena, lines.items[0], &top->titles);
    if (find_title(&top->titles, "PID", &at, err) < 0)
        return -1;
    top->processes.items = arena_array(arena, lines.count, sizeof *top->processes.items);
    for (size_t i = 1; i < lines.count; i++) {
        struct str_list values = { 0 };
        split_values(arena, lines.items[i], top->titles.count, &values);
        if (values.count > at && str_list_has(pids, values.items[at]))
            top->processes.items[top->processes.count++] = values;
    }
    return 0;
}

/* "-o cmd=PID" would give another column that name, and a title of two words the columns other places: lines that are not
 * the container's would be shown. */
static int check_words(const struct str_list *words, struct error **err)
{
    for (size_t i = 0; i < words->count; i++) {
        const char *title = strchr(words->items[i], '=');
        if (title && (strstr(title, "PID") || strpbrk(title, " \t\n\v\f\r")))
            return error_set(err, ERROR_INVALID, 0, "ps_args: %.80s: a column cannot be called PID, or have a blank in its title", words->items[i]);
    }
    return 0;
}

int container_top_ps(struct engine *engine, struct arena *arena, const char *key, const struct str_list *words,
                     struct container_top *ret_top, struct error **err)
{
    autocontainer *ctr = top_find(engine, key, err);
    if (!ctr || check_words(words, err) < 0)
        return -1;
    const char **argv = arena_array(arena, words->count + 2, sizeof *argv);
    argv[0] = "ps";
    for (size_t i = 0; i < words->count; i++)
        argv[1 + i] = words->items[i];
    const struct spawn what = { .argv = argv };
    autobuf out = BUF(MAX_OUTPUT), errout = BUF(MAX_OUTPUT);
    struct str_list pids = { 0 };
    *ret_top = (struct container_top){ 0 };
    int code = spawn_run(&what, NULL, &out, &errout, TIMEOUT_MS, err);
    if (code < 0)
        return -1;
    if (code) {
        const char *words_of_ps = buf_text(errout.len ? &errout : &out);
        words_of_ps += strspn(words_of_ps, "\n");
        return error_set(err, ERROR_INVALID, 0, "ps_args: ps: %.*s", (int)strcspn(words_of_ps, "\n"), words_of_ps);
    }
    top_processes(arena, ctr, &pids);
    return keep_lines(arena, arena_strdup(arena, buf_text(&out)), &pids, ret_top, err);
}
