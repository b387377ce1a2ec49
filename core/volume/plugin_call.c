#include "core/volume/plugin_call.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/registry/curl.h"
#include "core/volume/plugin_places.h"
#include "core/volume/plugin_types.h"

#define MAX_QUESTION_BYTES (1u << 20)
#define MAX_ANSWER_BYTES (16u << 20)
#define MAX_TIMEOUT_S 86400
#define MIME "application/vnd.docker.plugins.v1.2+json"

struct transfer {
    const struct curl_library *curl;
    CURL *easy;
    struct curl_slist *headers;
    char words[CURL_ERROR_SIZE];
    struct buf body;
};

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    buf_append(&transfer->body, data, size * count);
    return transfer->body.full ? 0 : size * count;
}

static void set_trust(const struct transfer *transfer, const struct plugin_place *place)
{
    const struct curl_library *curl = transfer->curl;
    curl->easy_setopt(transfer->easy, CURLOPT_SSL_VERIFYPEER, place->unverified ? 0L : 1L);
    curl->easy_setopt(transfer->easy, CURLOPT_SSL_VERIFYHOST, place->unverified ? 0L : 2L);
    if (place->authority)
        curl->easy_setopt(transfer->easy, CURLOPT_CAINFO, place->authority);
    if (place->certificate) {
        curl->easy_setopt(transfer->easy, CURLOPT_SSLCERT, place->certificate);
        curl->easy_setopt(transfer->easy, CURLOPT_SSLKEY, place->key ? place->key : place->certificate);
    }
}

static void set_up(struct transfer *transfer, const struct plugin_place *place, const char *url, const struct buf *question,
                   int64_t timeout_s)
{
    const struct curl_library *curl = transfer->curl;
    CURL *easy = transfer->easy;
    transfer->headers = curl->slist_append(NULL, "Accept: " MIME);
    transfer->headers = curl->slist_append(transfer->headers, "Content-Type: " MIME);
    transfer->headers = curl->slist_append(transfer->headers, "Expect:");
    curl->easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl->easy_setopt(easy, CURLOPT_URL, url);
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(easy, CURLOPT_PROXY, "");
    curl->easy_setopt(easy, CURLOPT_USERAGENT, "coracle");
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_TIMEOUT, timeout_s > MAX_TIMEOUT_S ? (long)MAX_TIMEOUT_S : (long)timeout_s);
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)question->len);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDS, buf_text(question));
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->words);
    if (place->socket)
        curl->easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, place->socket);
    set_trust(transfer, place);
}

static int perform(struct transfer *transfer, const struct plugin_place *place, int64_t timeout_s, long *ret_status, struct error **err)
{
    CURLcode code = transfer->curl->easy_perform(transfer->easy);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return error_set(err, ERROR_INTERNAL, 0, "plugin \"%s\" does not answer within %lld s", place->name, (long long)timeout_s);
    if (code == CURLE_WRITE_ERROR)
        return error_set(err, ERROR_INTERNAL, 0, "plugin \"%s\" answers more than %u bytes", place->name, MAX_ANSWER_BYTES);
    if (code != CURLE_OK)
        return error_set(err, ERROR_INTERNAL, 0, "plugin \"%s\" cannot be reached at %s: %s", place->name,
                         place->socket ? place->socket : place->url, str_or(transfer->words, transfer->curl->easy_strerror(code)));
    transfer->curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, ret_status);
    return 0;
}

/* A refusal is JSON with Err, or plain text with a status of its own. */
static int understand(struct arena *arena, const struct transfer *transfer, const struct plugin_place *place, long status,
                      struct plugin_answer **ret_answer, struct error **err)
{
    static const char space[] = " \r\n\t";
    const char *text = buf_text(&transfer->body);
    bool nothing = strspn(text, space) == transfer->body.len;
    autoerror *unclear = NULL;
    struct plugin_answer *answer = nothing ? arena_zalloc(arena, sizeof *answer)
                                           : schema_decode(arena, plugin_answer_schema(), text, transfer->body.len, SCHEMA_LIMITS, NULL, &unclear);
    if (answer && !str_empty(answer->error))
        return error_set(err, ERROR_INVALID, 0, "%.4000s", answer->error);
    if (status != 200)
        return error_set(err, ERROR_INVALID, 0, "plugin \"%s\" answers %ld: %.*s", place->name, status, (int)strcspn(text, "\r\n"), text);
    if (!answer)
        return error_set(err, ERROR_INTERNAL, 0, "plugin \"%s\": %s", place->name, unclear->message);
    *ret_answer = answer;
    return 0;
}

static int ask(struct arena *arena, struct transfer *transfer, const struct plugin_place *place, const char *method,
               const struct buf *question, int64_t timeout_s, struct plugin_answer **ret_answer, struct error **err)
{
    long status = 0;
    set_up(transfer, place, arena_printf(arena, "%s/%s", place->url, method), question, timeout_s);
    if (perform(transfer, place, timeout_s, &status, err) < 0)
        return -1;
    return understand(arena, transfer, place, status, ret_answer, err);
}

int plugin_call(struct arena *arena, const struct plugin_place *place, const char *method, const struct schema *schema,
                const void *question, int64_t timeout_s, struct plugin_answer **ret_answer, struct error **err)
{
    autobuf text = BUF(MAX_QUESTION_BYTES);
    const struct curl_library *curl = curl_library(err);
    if (!curl)
        return -1;
    schema_encode(&text, schema, question, SCHEMA_NEWEST);
    if (text.full)
        return error_set(err, ERROR_INVALID, 0, "%s: more than %u bytes", method, MAX_QUESTION_BYTES);
    struct transfer transfer = { .curl = curl, .easy = curl->easy_init(), .body = BUF(MAX_ANSWER_BYTES) };
    int rc = transfer.easy ? ask(arena, &transfer, place, method, &text, timeout_s, ret_answer, err)
                           : error_set(err, ERROR_INTERNAL, 0, "libcurl gives no handle");
    curl->slist_free_all(transfer.headers);
    if (transfer.easy)
        curl->easy_cleanup(transfer.easy);
    buf_free(&transfer.body);
    return rc < 0 ? error_wrap(err, "%s", method) : 0;
}
