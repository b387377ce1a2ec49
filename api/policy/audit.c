#include "api/policy/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/caller.h"
#include "core/base/buf.h"
#include "core/base/certificate.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/journal.h"
#include "core/base/log.h"
#include "core/base/mem.h"

#define MAX_VALUE 512 /* bytes of a client's that are kept */
#define MAX_LINE 16384
#define NO_LOGIN "4294967295"

struct audit {
    char *path; /* NULL: the journal */
    int fd;
    pthread_mutex_t lock; /* of `fd` while it is opened anew */
};

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
}

struct audit *audit_open(const char *to, struct error **err)
{
    if (!strcmp(to, "none"))
        return NULL;
    bool journal = !strcmp(to, "journal");
    int fd = journal ? -1 : open_file(to);
    if (fd < 0 && !journal) {
        error_set(err, ERROR_INVALID, errno, "audit: opening %s", to);
        return NULL;
    }
    struct audit *audit = mem_zalloc(sizeof *audit);
    audit->path = journal ? NULL : mem_strdup(to);
    audit->fd = fd;
    pthread_mutex_init(&audit->lock, NULL);
    return audit;
}

void audit_close(struct audit *audit)
{
    if (!audit)
        return;
    fd_close(audit->fd);
    pthread_mutex_destroy(&audit->lock);
    free(audit->path);
    free(audit);
}

/* Who logged in, of whatever the client became since: pam_loginuid's number. */
static void read_login(pid_t pid, char ret_text[16])
{
    char path[48];
    strcpy(ret_text, NO_LOGIN);
    snprintf(path, sizeof path, "/proc/%d/loginuid", pid);
    autofd fd = pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    char text[16];
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (len <= 0)
        return;
    text[len] = '\0';
    text[strspn(text, "0123456789")] = '\0';
    if (*text)
        strcpy(ret_text, text);
}

/* Printable ASCII without quotes, blanks and backslashes stays; anything else is \xHH. */
static void put_value(struct buf *out, const char *value)
{
    size_t left = MAX_VALUE;
    for (const unsigned char *at = (const unsigned char *)value; *at; at++) {
        if (!left--) {
            buf_puts(out, "\\...");
            return;
        }
        if (*at > ' ' && *at < 0x7f && *at != '"' && *at != '\\')
            buf_putc(out, (char)*at);
        else
            buf_printf(out, "\\x%02x", *at);
    }
}

struct field {
    const char *name, *journal, *value;
};

static void put_fields(struct buf *out, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s%s=", i ? " " : "", fields[i].name);
        put_value(out, fields[i].value);
    }
}

/* Rotation moves the file away and leaves it to us to make the next. */
static int current_file(struct audit *audit)
{
    struct stat ours, there;
    if (audit->fd < 0 || fstat(audit->fd, &ours) < 0 || stat(audit->path, &there) < 0 || ours.st_ino != there.st_ino ||
        ours.st_dev != there.st_dev) {
        int fd = open_file(audit->path);
        if (fd < 0)
            return audit->fd;
        fd_close(audit->fd);
        audit->fd = fd;
    }
    return audit->fd;
}

static int write_file(struct audit *audit, const struct buf *text)
{
    char when[CLOCK_TEXT_SIZE];
    autobuf line = BUF(MAX_LINE + CLOCK_TEXT_SIZE);
    buf_puts(&line, clock_format(clock_now(), when));
    buf_putc(&line, ' ');
    buf_append(&line, text->data, text->len);
    buf_putc(&line, '\n');
    pthread_mutex_lock(&audit->lock);
    ssize_t written = write(current_file(audit), line.data, line.len);
    pthread_mutex_unlock(&audit->lock);
    return written == (ssize_t)line.len ? 0 : -1;
}

static int write_journal(const struct buf *text, const struct field *fields, size_t count, bool refused)
{
    autobuf entry = BUF(2 * MAX_LINE);
    journal_add(&entry, "MESSAGE", buf_text(text));
    journal_add(&entry, "PRIORITY", refused ? "4" : "6");
    journal_add(&entry, "SYSLOG_IDENTIFIER", "coracled-audit");
    journal_add(&entry, "SYSLOG_FACILITY", "10");
    for (size_t i = 0; i < count; i++)
        journal_add(&entry, fields[i].journal, fields[i].value);
    return journal_send(JOURNAL_SOCKET, &entry);
}

#define MAX_FIELDS 16

struct record {
    struct field fields[MAX_FIELDS];
    size_t count;
    char uid[16], gid[16], pid[16], login[16];
};

static void put(struct record *record, const char *name, const char *journal, const char *value)
{
    record->fields[record->count++] = (struct field){ name, journal, value ? value : "" };
}

/* A user of this machine, or whose certificate it is. */
static void put_caller(struct record *record, const struct caller *caller)
{
    const struct certificate *certificate = caller->certificate;
    if (certificate) {
        put(record, "certificate", "CORACLE_CERTIFICATE", certificate->subject);
        put(record, "sha256", "CORACLE_SHA256", certificate->fingerprint);
        put(record, "peer", "CORACLE_PEER", caller->peer);
        return;
    }
    snprintf(record->uid, sizeof record->uid, "%u", caller->uid);
    snprintf(record->gid, sizeof record->gid, "%u", caller->gid);
    snprintf(record->pid, sizeof record->pid, "%d", caller->pid);
    read_login(caller->pid, record->login);
    put(record, "uid", "CORACLE_UID", record->uid);
    put(record, "gid", "CORACLE_GID", record->gid);
    put(record, "pid", "CORACLE_PID", record->pid);
    put(record, "login", "CORACLE_LOGIN", record->login);
}

void audit_write(struct audit *audit, const struct audit_line *line)
{
    if (!audit)
        return;
    struct record record = { .count = 0 };
    put(&record, "socket", "CORACLE_SOCKET", line->caller->socket);
    put_caller(&record, line->caller);
    put(&record, "route", "CORACLE_ROUTE", line->route);
    put(&record, "object", "CORACLE_OBJECT", line->object);
    put(&record, "verdict", "CORACLE_VERDICT", line->verdict);
    put(&record, "status", "CORACLE_STATUS", line->status);
    autobuf text = BUF(MAX_LINE);
    put_fields(&text, record.fields, record.count);
    bool refused = !strcmp(line->verdict, "refused");
    int rc = audit->path ? write_file(audit, &text) : write_journal(&text, record.fields, record.count, refused);
    if (rc < 0)
        log_error("audit: %s", buf_text(&text));
}
