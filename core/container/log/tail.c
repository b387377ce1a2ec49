/* The last lines of a log, found from its end. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/container/log/stream.h"

struct scan {
    int64_t left;        /* whole lines still to find */
    int64_t start;       /* best answer so far */
    int stream;          /* of the line found last: its earlier parts may come before it */
    bool found, at_end;
};

/* Records come last first. False: enough. */
static bool see(struct scan *scan, const char *head, size_t len, int64_t offset)
{
    struct log_record record;
    if (!log_record_parse(head, len, &record))
        return true;
    /* A part without its end counts as a line only when it is the last of the file. */
    if (record.partial && !scan->at_end) {
        if (scan->found && !scan->left && record.stream != scan->stream)
            return false;
        if (scan->found && record.stream == scan->stream)
            scan->start = offset;
        return true;
    }
    if (!scan->left)
        return false;
    scan->at_end = false;
    scan->left--;
    scan->start = offset;
    scan->stream = record.stream;
    scan->found = true;
    return true;
}

static int64_t read_whole(int fd, char *into, size_t len, int64_t offset)
{
    size_t have = 0;
    while (have < len) {
        ssize_t n = pread(fd, into + have, len - have, offset + (int64_t)have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        have += (size_t)n;
    }
    return (int64_t)have;
}

/* Looks at every record that begins in [@from, @from + @len), last first; the block has LOG_HEAD_MAX more bytes for the
 * head of a record at its very end. */
static bool see_block(struct scan *scan, const char *block, size_t len, size_t have, int64_t from)
{
    const char *at = block + len;
    while (at > block) {
        const char *newline = memrchr(block, '\n', (size_t)(at - block));
        if (!newline)
            break;
        const char *head = newline + 1;
        size_t rest = (size_t)(block + have - head);
        const char *end = memchr(head, '\n', rest < LOG_HEAD_MAX ? rest : LOG_HEAD_MAX);
        size_t head_len = end ? (size_t)(end - head) : rest < LOG_HEAD_MAX ? rest : LOG_HEAD_MAX;
        if (rest && !see(scan, head, head_len, from + (head - block)))
            return false;
        at = newline;
    }
    return from != 0 || see(scan, block, have < LOG_HEAD_MAX ? have : LOG_HEAD_MAX, 0);
}

int64_t log_tail_offset(int fd, int64_t lines)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return -1;
    if (lines <= 0)
        return st.st_size;
    autofree char *block = mem_alloc(LOG_BLOCK + LOG_HEAD_MAX);
    struct scan scan = { .left = lines, .start = st.st_size, .at_end = true };
    for (int64_t end = st.st_size; end > 0;) {
        int64_t from = end > (int64_t)LOG_BLOCK ? end - (int64_t)LOG_BLOCK : 0;
        size_t len = (size_t)(end - from);
        int64_t have = read_whole(fd, block, len + LOG_HEAD_MAX, from);
        if (have < 0)
            return -1;
        if ((size_t)have < len)
            len = (size_t)have;
        if (!see_block(&scan, block, len, (size_t)have, from))
            break;
        end = from;
    }
    return scan.start;
}
