#include "server/head.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MAX_METHOD 32
#define MAX_LENGTH_DIGITS 18

struct gate {
    struct head *head;
    const char *why;
    unsigned hosts, lengths, codings;
    bool keep_alive;
};

static const char target_too_long[] = "the request's target is longer than 16384 bytes";
static const char head_too_long[] = "the request's head is longer than 65536 bytes";

static int refuse(struct gate *gate, int status, const char *why)
{
    gate->why = why;
    return status;
}

static bool is_token(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
            return false;
    return true;
}

/* http://host/path, as proxies get it, is cut to /path. */
static char *origin_form(char *target)
{
    if (strncasecmp(target, "http://", 7))
        return target;
    return target + 7 + strcspn(target + 7, "/?");
}

static int parse_target(struct gate *gate, char *target)
{
    if (strlen(target) > HEAD_MAX_TARGET)
        return refuse(gate, 414, target_too_long);
    for (const unsigned char *at = (unsigned char *)target; *at; at++)
        if (*at <= ' ' || *at >= 0x7f || *at == '#')
            return refuse(gate, 400, "the request's target has a byte that must be percent-encoded");
    if (strstr(target, "%00"))
        return refuse(gate, 400, "the request's target has a NUL");
    target = origin_form(target);
    if (*target != '/')
        return refuse(gate, 400, "the request's target does not begin with a slash");
    gate->head->target = target;
    return 0;
}

static int parse_request_line(struct gate *gate, char *line)
{
    char *target = strchr(line, ' '), *version = target ? strchr(target + 1, ' ') : NULL;
    if (!version)
        return refuse(gate, 400, "the request line is not METHOD TARGET VERSION");
    *target++ = *version++ = '\0';
    if (!is_token(line) || strlen(line) > MAX_METHOD)
        return refuse(gate, 400, "the method is not a word");
    if (strcmp(version, "HTTP/1.1") && strcmp(version, "HTTP/1.0"))
        return refuse(gate, 400, "the version is not HTTP/1.1 or HTTP/1.0");
    gate->head->method = line;
    gate->head->minor = version[7] - '0';
    return parse_target(gate, target);
}

static int parse_length(struct gate *gate, const char *value)
{
    size_t digits = strspn(value, "0123456789");
    if (gate->lengths++)
        return refuse(gate, 400, "two Content-Length fields");
    if (!digits || value[digits] || digits > MAX_LENGTH_DIGITS)
        return refuse(gate, 400, "Content-Length is not a number");
    gate->head->length = strtoll(value, NULL, 10);
    return 0;
}

/* One word of a comma-separated list, any letter case. */
static bool lists(const char *value, const char *word)
{
    size_t len = strlen(word);
    while (*value) {
        value += strspn(value, " \t,");
        size_t item = strcspn(value, ","), end = item;
        while (end && (value[end - 1] == ' ' || value[end - 1] == '\t'))
            end--;
        if (end == len && !strncasecmp(value, word, len))
            return true;
        value += item;
    }
    return false;
}

static int note_field(struct gate *gate, const char *name, const char *value)
{
    struct head *head = gate->head;
    if (!strcasecmp(name, "Content-Length"))
        return parse_length(gate, value);
    if (!strcasecmp(name, "Transfer-Encoding")) {
        if (gate->codings++ || strcasecmp(value, "chunked"))
            return refuse(gate, 400, "Transfer-Encoding is not exactly \"chunked\"");
        head->chunked = true;
    } else if (!strcasecmp(name, "Host")) {
        if (gate->hosts++)
            return refuse(gate, 400, "two Host fields");
        if (strpbrk(value, " \t,"))
            return refuse(gate, 400, "Host is not one name");
    } else if (!strcasecmp(name, "Connection")) {
        head->close |= lists(value, "close");
        gate->keep_alive |= lists(value, "keep-alive");
    } else if (!strcasecmp(name, "Upgrade")) {
        head->upgrade = value;
    } else if (!strcasecmp(name, "Expect")) {
        if (strcasecmp(value, "100-continue"))
            return refuse(gate, 417, "Expect is not \"100-continue\"");
        head->expect_continue = true;
    }
    return 0;
}

static int parse_field(struct gate *gate, char *line)
{
    struct head *head = gate->head;
    if (*line == ' ' || *line == '\t')
        return refuse(gate, 400, "a folded header line");
    char *colon = strchr(line, ':');
    if (!colon)
        return refuse(gate, 400, "a header line without colon");
    *colon = '\0';
    if (!is_token(line))
        return refuse(gate, 400, "a header's name is not a word");
    char *value = colon + 1 + strspn(colon + 1, " \t"), *end = value + strlen(value);
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        *--end = '\0';
    if (head->field_count == HEAD_MAX_FIELDS)
        return refuse(gate, 431, "more than 100 header fields");
    head->fields[head->field_count++] = (struct head_field){ line, value };
    return note_field(gate, line, value);
}

static int check_whole(struct gate *gate)
{
    struct head *head = gate->head;
    if (gate->lengths && gate->codings)
        return refuse(gate, 400, "Content-Length together with Transfer-Encoding");
    if (gate->codings && head->minor == 0)
        return refuse(gate, 400, "Transfer-Encoding on HTTP/1.0");
    if (!gate->hosts && head->minor == 1)
        return refuse(gate, 400, "no Host field");
    if (head->minor == 0) {
        head->close |= !gate->keep_alive;
        head->expect_continue = false; /* HTTP/1.0 has no interim replies */
    }
    return 0;
}

/* Bytes that no head has anywhere: so a client that speaks something else (TLS) hears it at once. */
static int check_bytes(struct gate *gate, const unsigned char *data, size_t len)
{
    bool wrong = false;
    for (size_t i = 0; i < len; i++)
        wrong |= (data[i] < ' ' && data[i] != '\t' && data[i] != '\r' && data[i] != '\n') || data[i] == 0x7f;
    return wrong ? refuse(gate, 400, "a control byte in the request's head") : 0;
}

/* @end: where the line's LF is */
static int check_line_end(struct gate *gate, const char *data, size_t line, size_t end)
{
    if (end == line || data[end - 1] != '\r')
        return refuse(gate, 400, "a line feed without carriage return");
    if (memchr(data + line, '\r', end - 1 - line))
        return refuse(gate, 400, "a carriage return without line feed");
    if (end == 1)
        return refuse(gate, 400, "an empty request line");
    return 0;
}

static int check_unfinished(struct gate *gate, size_t len, size_t line)
{
    if (line == 0 && len > HEAD_MAX_TARGET + MAX_METHOD)
        return refuse(gate, 414, target_too_long);
    return len > HEAD_MAX_BYTES ? refuse(gate, 431, head_too_long) : 0;
}

/* The length of the head with its blank line; 0 when it is not there yet. Changes nothing of it. */
static size_t find_end(struct gate *gate, const char *data, size_t len, struct head_progress *progress, int *ret_status)
{
    size_t at = progress->looked;
    progress->looked = len;
    for (const char *lf; (lf = memchr(data + at, '\n', len - at));) {
        size_t end = (size_t)(lf - data), line = progress->line;
        *ret_status = check_bytes(gate, (const unsigned char *)data + at, end - at);
        if (!*ret_status)
            *ret_status = check_line_end(gate, data, line, end);
        if (!*ret_status && end >= HEAD_MAX_BYTES)
            *ret_status = refuse(gate, 431, head_too_long);
        if (*ret_status)
            return 0;
        if (end == line + 1)
            return end + 1;
        progress->line = at = end + 1;
    }
    *ret_status = check_bytes(gate, (const unsigned char *)data + at, len - at);
    if (!*ret_status)
        *ret_status = check_unfinished(gate, len, progress->line);
    return 0;
}

static int parse_lines(struct gate *gate, char *data, const char *end)
{
    int status = 0;
    for (char *line = data; !status && line < end - 2;) {
        char *stop = memchr(line, '\r', (size_t)(end - line));
        *stop = '\0';
        status = line == data ? parse_request_line(gate, line) : parse_field(gate, line);
        line = stop + 2;
    }
    return status ? status : check_whole(gate);
}

int head_parse(char *data, size_t len, struct head_progress *progress, struct head *head, size_t *ret_consumed,
               const char **ret_why)
{
    struct gate gate = { .head = head };
    int status = 0;
    size_t end = find_end(&gate, data, len, progress, &status);
    if (end) {
        head->field_count = 0;
        head->length = -1;
        head->chunked = head->close = head->expect_continue = false;
        head->upgrade = NULL;
        status = parse_lines(&gate, data, data + end);
    }
    *ret_why = gate.why;
    if (status || !end)
        return status;
    *ret_consumed = end;
    return 200;
}

const char *head_field(const struct head *head, const char *name)
{
    for (size_t i = 0; i < head->field_count; i++)
        if (!strcasecmp(head->fields[i].name, name))
            return head->fields[i].value;
    return NULL;
}
