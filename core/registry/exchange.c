#include "core/registry/exchange.h"

#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/registry/curl.h"
#include "core/registry/settings.h"

#define MAX_AHEAD (1u << 20) /* bytes received and not read: past it the transfer rests */
#define MAX_HEADER 16384
#define MAX_BUNDLE (4u << 20)
#define POLL_MS 250 /* how late a stop may be seen */
#define CONNECT_SECONDS 30L
#define STALLED_SECONDS 60L

struct exchange {
    const struct curl_library *curl;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    const atomic_bool *stop;
    struct buf body;
    size_t used;
    bool running, resting, began; /* began: of the final answer's body */
    CURLcode result;
    char words[CURL_ERROR_SIZE];
    char *bundle;        /* of authorities, in memory */
    struct arena *arena; /* the caller's, while the head is read */
    struct exchange_answer *answer;
};

struct exchange *exchange_open(const atomic_bool *stop, struct error **err)
{
    const struct curl_library *curl = curl_library(err);
    if (!curl)
        return NULL;
    struct exchange *exchange = mem_zalloc(sizeof *exchange);
    exchange->curl = curl;
    exchange->stop = stop;
    exchange->multi = curl->multi_init();
    exchange->easy = curl->easy_init();
    exchange->body = BUF(MAX_AHEAD + CURL_MAX_WRITE_SIZE);
    return exchange;
}

static void drop_transfer(struct exchange *exchange)
{
    if (exchange->headers)
        exchange->curl->multi_remove_handle(exchange->multi, exchange->easy);
    exchange->curl->slist_free_all(exchange->headers);
    exchange->headers = NULL;
    exchange->running = exchange->resting = exchange->began = false;
    exchange->used = 0;
    buf_clear(&exchange->body);
}

void exchange_close(struct exchange *exchange)
{
    if (!exchange)
        return;
    drop_transfer(exchange);
    exchange->curl->easy_cleanup(exchange->easy);
    exchange->curl->multi_cleanup(exchange->multi);
    buf_free(&exchange->body);
    free(exchange->bundle);
    free(exchange);
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    if (exchange->body.len > MAX_AHEAD) {
        exchange->resting = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    exchange->began = true;
    buf_append(&exchange->body, data, size * count);
    return size * count;
}

static const char *header_value(struct arena *arena, const char *line, size_t len, const char *name)
{
    size_t name_len = strlen(name);
    if (len <= name_len || strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
        return NULL;
    line += name_len + 1;
    len -= name_len + 1;
    while (len && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    while (len && (line[len - 1] == '\r' || line[len - 1] == '\n' || line[len - 1] == ' '))
        len--;
    return arena_strndup(arena, line, len);
}

static void read_header(struct arena *arena, struct exchange_answer *answer, const char *line, size_t len)
{
    const char *value;
    if (!strncmp(line, "HTTP/", len < 5 ? len : 5)) /* another answer: after a redirect or 100 */
        *answer = (struct exchange_answer){ .content_type = "", .digest = "", .length = -1, .range_start = -1 };
    else if ((value = header_value(arena, line, len, "Content-Type")))
        answer->content_type = arena_strndup(arena, value, strcspn(value, "; "));
    else if ((value = header_value(arena, line, len, "Docker-Content-Digest")))
        answer->digest = value;
    else if ((value = header_value(arena, line, len, "Content-Length")))
        answer->length = str_to_int(value);
    else if ((value = header_value(arena, line, len, "Retry-After")))
        answer->retry_after_s = str_to_int(value) > 0 ? str_to_int(value) : 0;
    else if ((value = header_value(arena, line, len, "Www-Authenticate")))
        str_list_add(arena, &answer->challenges, value);
    else if ((value = header_value(arena, line, len, "Content-Range")) && str_starts(value, "bytes "))
        answer->range_start = str_to_int(arena_strndup(arena, value + 6, strcspn(value + 6, "-")));
}

static size_t take_header(char *line, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    size_t len = size * count;
    if (exchange->answer && len < MAX_HEADER)
        read_header(exchange->arena, exchange->answer, line, len);
    return len;
}

static void set_headers(struct exchange *exchange, struct arena *arena, const struct exchange_request *request)
{
    const struct curl_library *curl = exchange->curl;
    struct curl_slist *list = curl->slist_append(NULL, "Docker-Distribution-Api-Version: registry/2.0");
    for (size_t i = 0; i < request->headers.count; i++)
        list = curl->slist_append(list, request->headers.items[i]);
    if (request->authorization)
        list = curl->slist_append(list, arena_printf(arena, "Authorization: %s", request->authorization));
    exchange->headers = list;
    curl->easy_setopt(exchange->easy, CURLOPT_HTTPHEADER, list);
}

/* curl takes authorities from one file or one piece of memory; those in the system's directory hold beside them. */
static int join_authorities(struct exchange *exchange, const struct str_list *files, struct error **err)
{
    autobuf bundle = BUF(MAX_BUNDLE);
    for (size_t i = 0; i < files->count; i++) {
        autofree char *text = path_read(files->items[i], MAX_BUNDLE, NULL, err);
        if (!text)
            return error_wrap(err, "certificates");
        buf_puts(&bundle, text);
        buf_putc(&bundle, '\n');
    }
    if (bundle.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "certificates: more than %u bytes of authorities", MAX_BUNDLE);
    free(exchange->bundle);
    exchange->bundle = buf_take(&bundle);
    return 0;
}

static int set_certs(struct exchange *exchange, const struct exchange_request *request, struct error **err)
{
    const struct curl_library *curl = exchange->curl;
    const struct registry_certs *certs = request->certs;
    curl->easy_setopt(exchange->easy, CURLOPT_SSL_VERIFYPEER, request->unverified ? 0L : 1L);
    curl->easy_setopt(exchange->easy, CURLOPT_SSL_VERIFYHOST, request->unverified ? 0L : 2L);
    if (request->unverified) { /* then the system's authorities need not be read */
        curl->easy_setopt(exchange->easy, CURLOPT_CAINFO, NULL);
        curl->easy_setopt(exchange->easy, CURLOPT_CAPATH, NULL);
    }
    if (!certs)
        return 0;
    if (certs->client_cert) {
        curl->easy_setopt(exchange->easy, CURLOPT_SSLCERT, certs->client_cert);
        curl->easy_setopt(exchange->easy, CURLOPT_SSLKEY, certs->client_key);
    }
    if (certs->authorities.count && !request->unverified) {
        if (join_authorities(exchange, &certs->authorities, err) < 0)
            return -1;
        struct curl_blob blob = { exchange->bundle, strlen(exchange->bundle), CURL_BLOB_NOCOPY };
        curl->easy_setopt(exchange->easy, CURLOPT_CAINFO_BLOB, &blob);
    }
    return 0;
}

static void set_limits(struct exchange *exchange)
{
    const struct curl_library *curl = exchange->curl;
    CURL *easy = exchange->easy;
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl->easy_setopt(easy, CURLOPT_MAXREDIRS, 5L);
    curl->easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
    curl->easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl->easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, STALLED_SECONDS);
    curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, 262144L);
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}

static int set_up(struct exchange *exchange, struct arena *arena, const struct exchange_request *request,
                  struct error **err)
{
    const struct curl_library *curl = exchange->curl;
    CURL *easy = exchange->easy;
    curl->easy_reset(easy);
    set_headers(exchange, arena, request);
    set_limits(exchange);
    curl->easy_setopt(easy, CURLOPT_URL, request->url);
    curl->easy_setopt(easy, CURLOPT_USERAGENT, "coracle");
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl->easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->words);
    if (request->form) { /* may hold a secret, which a redirect would take along */
        curl->easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->form);
        curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    }
    if (request->from)
        curl->easy_setopt(easy, CURLOPT_RANGE, arena_printf(arena, "%lld-", (long long)request->from));
    return set_certs(exchange, request, err);
}

static void see_end(struct exchange *exchange)
{
    int queued;
    for (CURLMsg *message; (message = exchange->curl->multi_info_read(exchange->multi, &queued));) {
        if (message->msg != CURLMSG_DONE)
            continue;
        exchange->running = false;
        exchange->result = message->data.result;
    }
}

/* Lets the transfer go on until something came or it ended. */
static int drive(struct exchange *exchange, struct error **err)
{
    const struct curl_library *curl = exchange->curl;
    while (exchange->running && exchange->body.len == exchange->used) {
        int active;
        if (exchange->stop && atomic_load(exchange->stop))
            return error_set(err, ERROR_CANCELLED, 0, "cancelled");
        if (exchange->resting) {
            exchange->resting = false;
            curl->easy_pause(exchange->easy, CURLPAUSE_CONT);
        }
        if (curl->multi_perform(exchange->multi, &active) != CURLM_OK)
            return error_set(err, ERROR_INTERNAL, 0, "libcurl refuses to go on");
        see_end(exchange);
        if (exchange->running && exchange->body.len == exchange->used)
            curl->multi_poll(exchange->multi, NULL, 0, POLL_MS, NULL);
    }
    return 0;
}

static int broken(const struct exchange *exchange, struct error **err)
{
    if (strstr(exchange->words, "wrong version number"))
        return error_set(err, ERROR_UNAVAILABLE, 0,
                         "server gave HTTP response to HTTPS client: expected TLS, or insecure = true for it in "
                         "registries.conf");
    return error_set(err, ERROR_UNAVAILABLE, 0, "%s",
                     str_or(exchange->words, exchange->curl->easy_strerror(exchange->result)));
}

int exchange_begin(struct exchange *exchange, struct arena *arena, const struct exchange_request *request,
                   struct exchange_answer *ret_answer, struct error **err)
{
    long status = 0, redirects = 0;
    drop_transfer(exchange);
    exchange->arena = arena;
    exchange->answer = ret_answer;
    exchange->words[0] = '\0';
    exchange->result = CURLE_OK;
    *ret_answer = (struct exchange_answer){ .content_type = "", .digest = "", .length = -1, .range_start = -1 };
    if (set_up(exchange, arena, request, err) < 0)
        return -1;
    exchange->curl->multi_add_handle(exchange->multi, exchange->easy);
    exchange->running = true;
    int result = drive(exchange, err);
    exchange->answer = NULL;
    exchange->arena = NULL;
    if (result < 0)
        return -1;
    exchange->curl->easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    exchange->curl->easy_getinfo(exchange->easy, CURLINFO_REDIRECT_COUNT, &redirects);
    ret_answer->status = (int)status;
    ret_answer->redirected = redirects > 0;
    return !exchange->running && exchange->result != CURLE_OK && !exchange->began ? broken(exchange, err) : 0;
}

long exchange_read(void *context, void *into, size_t len, struct error **err)
{
    struct exchange *exchange = context;
    if (drive(exchange, err) < 0)
        return -1;
    size_t n = exchange->body.len - exchange->used;
    if (!n)
        return exchange->result == CURLE_OK ? 0 : broken(exchange, err);
    n = n < len ? n : len;
    memcpy(into, exchange->body.data + exchange->used, n);
    exchange->used += n;
    if (exchange->used == exchange->body.len) {
        exchange->used = 0;
        buf_clear(&exchange->body);
    }
    return (long)n;
}
