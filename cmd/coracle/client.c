#include "cmd/coracle/client.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmd/coracle/bridge.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/schema/json.h"

#define MAX_ERROR_BYTES (256u << 10)

const char *client_escape(const struct client *client, const char *text)
{
    autobuf out = BUF(1u << 20);
    for (; *text; text++) {
        if (isalnum((unsigned char)*text) || strchr("-_.~", *text))
            buf_putc(&out, *text);
        else
            buf_printf(&out, "%%%02X", (unsigned char)*text);
    }
    return arena_strdup(client->arena, buf_text(&out));
}

static enum error_kind kind_of(long status)
{
    switch (status) {
    case 401: return ERROR_UNAUTHORIZED;
    case 403: return ERROR_FORBIDDEN;
    case 404: return ERROR_NOT_FOUND;
    case 409: return ERROR_CONFLICT;
    default: return status < 500 ? ERROR_INVALID : ERROR_INTERNAL;
    }
}

/* What every dialect's error body has: {"message": …}; anything else is shown as it is. */
int client_refusal(const struct client *client, long status, const struct buf *body, struct error **err)
{
    autoerror *ignored = NULL;
    const struct json *json = json_parse(client->arena, buf_text(body), body->len, SCHEMA_LIMITS, &ignored);
    const char *message = json_get_text(json, "message");
    if (!str_empty(message))
        return error_set(err, kind_of(status), 0, "%s", message);
    return error_set(err, kind_of(status), 0, "%s answered status %ld: %.300s", client->url, status, buf_text(body));
}

struct transfer {
    const struct client *client;
    CURL *curl;
    const struct request *request;
    struct buf *body, failure;
    long status;
};

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    size_t len = size * count;
    if (!transfer->status)
        curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &transfer->status);
    if (transfer->status >= 400)
        buf_append(&transfer->failure, data, len);
    else if (transfer->request->on_data)
        return transfer->request->on_data(transfer->request->context, data, len) ? 0 : len;
    else if (transfer->body)
        buf_append(transfer->body, data, len);
    return len;
}

static size_t on_header(char *data, size_t size, size_t count, void *context)
{
    const struct transfer *transfer = context;
    const struct request *request = transfer->request;
    size_t len = size * count, name = strlen(request->header);
    if (len <= name || strncasecmp(data, request->header, name) || data[name] != ':')
        return len;
    const char *value = arena_strndup(transfer->client->arena, data + name + 1, len - name - 1);
    value += strspn(value, " \t");
    *request->ret_header = arena_strndup(transfer->client->arena, value, strcspn(value, "\r\n"));
    return len;
}

static size_t on_upload(char *into, size_t size, size_t count, void *context)
{
    const struct transfer *transfer = context;
    ssize_t n;
    do
        n = read(*transfer->request->upload, into, size * count);
    while (n < 0 && errno == EINTR);
    return n < 0 ? CURL_READFUNC_ABORT : (size_t)n;
}

/* Where libcurl connects to. @bridge_path: of an ssh:// address */
static void set_address(const struct client *client, CURL *curl, const char *bridge_path, const char *path)
{
    const char *host = "coracle";
    if (bridge_path)
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, bridge_path);
    else if (client->address.kind == ADDRESS_UNIX)
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, client->address.path);
    else
        host = address_authority(client->arena, &client->address);
    curl_easy_setopt(curl, CURLOPT_URL, arena_printf(client->arena, "http://%s%s", host, path));
}

static int transfer_failed(const struct client *client, CURL *curl, CURLcode code, struct error **err)
{
    long sys_errno = 0;
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &sys_errno);
    if (code == CURLE_COULDNT_CONNECT)
        return error_set(err, ERROR_UNAVAILABLE, (int)sys_errno, "cannot connect to %s (from %s)", client->url,
                         client->from);
    if (code == CURLE_COULDNT_RESOLVE_HOST)
        return error_set(err, ERROR_UNAVAILABLE, 0, "cannot connect to %s (from %s): the host is not known",
                         client->url, client->from);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (!status && client->address.kind == ADDRESS_SSH)
        return error_set(err, ERROR_UNAVAILABLE, 0, "cannot connect to %s (from %s): ssh ended without an answer",
                         client->url, client->from);
    return error_set(err, ERROR_UNAVAILABLE, 0, "talking to %s (from %s): %s", client->url, client->from,
                     curl_easy_strerror(code));
}

static int pass_on(struct error **from, struct error **err)
{
    *err = *from;
    *from = NULL;
    return -1;
}

static CURL *prepare(const struct client *client, const struct request *request, struct transfer *transfer,
                     const char *bridge_path, struct curl_slist **ret_headers)
{
    CURL *curl = curl_easy_init();
    *ret_headers = curl_slist_append(NULL, "Expect:");
    if (request->body) {
        autofree char *type = mem_printf("Content-Type: %s", request->body_type ? request->body_type : "application/json");
        *ret_headers = curl_slist_append(*ret_headers, type);
    }
    set_address(client, curl, bridge_path, request->path);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *ret_headers);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    if (request->upload) {
        *ret_headers = curl_slist_append(*ret_headers, "Content-Type: application/x-tar");
        *ret_headers = curl_slist_append(*ret_headers, "Transfer-Encoding: chunked");
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_upload);
        curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
    } else if (request->body || !strcmp(request->method, "POST")) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body ? request->body : "");
        if (request->body_type)
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)request->body_len);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    if (!strcmp(request->method, "HEAD"))
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (request->header) {
        *request->ret_header = NULL;
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    }
    return curl;
}

int client_call(const struct client *client, const struct request *request, struct buf *ret_body, struct error **err)
{
    struct transfer transfer = { .client = client, .request = request, .body = ret_body, .failure = BUF(MAX_ERROR_BYTES) };
    struct bridge bridge;
    bool bridged = client->address.kind == ADDRESS_SSH;
    if (bridged && bridge_open(&bridge, client, err) < 0)
        return -1;
    struct curl_slist *headers;
    CURL *curl = transfer.curl = prepare(client, request, &transfer, bridged ? bridge.path : NULL, &headers);
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &transfer.status);
    autoerror *tunnel = NULL;
    if (bridged)
        bridge_close(&bridge, &tunnel);
    int rc = (int)transfer.status;
    if (tunnel)
        rc = pass_on(&tunnel, err);
    else if (transfer.status >= 400)
        rc = client_refusal(client, transfer.status, &transfer.failure, err);
    else if (code != CURLE_OK && code != CURLE_WRITE_ERROR)
        rc = transfer_failed(client, curl, code, err);
    else if (ret_body && ret_body->full)
        rc = error_set(err, ERROR_TOO_LARGE, 0, "%s answered more than %zu bytes", client->url, ret_body->max);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    buf_free(&transfer.failure);
    return rc;
}
