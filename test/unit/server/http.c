#include "test/unit/server/handlers.h"

#include <poll.h>

#define H "Host: x\r\n"
#define REPLIES BUF(PEER_MAX_REPLY)

static size_t count(const struct buf *text, const char *word)
{
    size_t found = 0;
    for (const char *at = buf_text(text); (at = strstr(at, word)); at += strlen(word))
        found++;
    return found;
}

static void expect_talk(const char *request, const char *reply)
{
    autobuf got = REPLIES;
    peer_talk(http_serve, request, &got);
    assert_string_equal(buf_text(&got), reply);
}

static void expect_refusal(const char *request, const char *status)
{
    autobuf got = REPLIES;
    peer_talk(http_serve, request, &got);
    if (!strstr(buf_text(&got), status) || !strstr(buf_text(&got), "Connection: close\r\n"))
        fail_msg("%s: no %s with close in %s", request, status, buf_text(&got));
}

static void a_reply_has_its_length_and_the_connection_goes_on(void **state)
{
    (void)state;
    expect_talk("GET /ping HTTP/1.1\r\n" H "\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nOK");
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    autobuf got = REPLIES;
    peer_talk(http_serve,
              "GET /ping HTTP/1.1\r\n" H "\r\n"
              "POST /echo HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nfirst"
              "GET /missing HTTP/1.1\r\n" H "Content-Length: 6\r\n\r\nunread"
              "POST /echo HTTP/1.1\r\n" H
              "Transfer-Encoding: chunked\r\n\r\n3\r\nsec\r\n3;x=y\r\nond\r\n0\r\nT: x\r\n\r\n"
              "GET /nothing HTTP/1.1\r\n" H "\r\n"
              "GET /ping HTTP/1.1\r\n" H "Connection: close\r\n\r\n"
              "GET /ping HTTP/1.1\r\n" H "\r\n",
              &got);
    const char *first = strstr(buf_text(&got), "first"), *nothing_there = strstr(buf_text(&got), "nothing\n"),
               *second = strstr(buf_text(&got), "second");
    assert_true(first && nothing_there && second && first < nothing_there && nothing_there < second);
    assert_int_equal(count(&got, "HTTP/1.1 "), 6);
    assert_int_equal(count(&got, "HTTP/1.1 204 No Content\r\n\r\n"), 1);
    assert_int_equal(count(&got, "Connection: close"), 1);
}

static void a_request_may_come_byte_by_byte(void **state)
{
    (void)state;
    static const char request[] =
        "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    struct peer peer;
    autobuf got = REPLIES;
    peer_open(&peer, http_serve);
    for (size_t i = 0; i < sizeof request - 1; i++)
        peer_send_bytes(&peer, request + i, 1);
    peer_read_until(&peer, &got, "\r\n\r\nhello");
    peer_close(&peer);
}

static void expect_echo(const struct buf *request, const char *data, size_t size)
{
    autobuf got = REPLIES;
    peer_talk(http_serve, request->data, &got);
    assert_true(got.len > size);
    assert_memory_equal(got.data + got.len - size, data, size);
    assert_memory_equal(got.data + got.len - size - 4, "\r\n\r\n", 4);
}

static void long_bodies_pass_in_both_framings(void **state)
{
    (void)state;
    const size_t size = 300000;
    autobuf data = REPLIES, plain = REPLIES, chunked = REPLIES;
    for (size_t i = 0; i < size; i++)
        buf_putc(&data, (char)('a' + i % 23));
    buf_printf(&plain, "POST /echo HTTP/1.1\r\n" H "Content-Length: %zu\r\n\r\n%s", size, data.data);
    expect_echo(&plain, data.data, size);
    buf_puts(&chunked, "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < size; at += 30000)
        buf_printf(&chunked, "7530\r\n%.30000s\r\n", data.data + at);
    buf_puts(&chunked, "0\r\n\r\n");
    expect_echo(&chunked, data.data, size);
}

static void head_has_the_head_alone(void **state)
{
    (void)state;
    expect_talk("HEAD /ping HTTP/1.1\r\n" H "\r\nHEAD /stream HTTP/1.1\r\n" H "\r\nHEAD /shorter HTTP/1.1\r\n" H "\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n"
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n");
}

static void streams_are_chunked_or_end_with_the_connection(void **state)
{
    (void)state;
    expect_talk("GET /stream HTTP/1.1\r\n" H "\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: "
                "chunked\r\n\r\n3\r\none\r\n5\r\nthree\r\n0\r\n\r\n");
    expect_talk("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /ping HTTP/1.0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nonethree");
    expect_talk("GET /ping HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /ping HTTP/1.0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nOK"
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK");
}

static void large_pieces_arrive_whole(void **state)
{
    (void)state;
    autobuf got = REPLIES;
    peer_talk(http_serve, "GET /large HTTP/1.1\r\n" H "\r\n", &got);
    const char *body = strstr(buf_text(&got), "\r\n\r\n");
    char size[32];
    size_t line = (size_t)snprintf(size, sizeof size, "\r\n\r\n%x\r\n", LARGE_REPLY);
    assert_memory_equal(body, size, line);
    assert_int_equal(got.data + got.len - body, line + LARGE_REPLY + strlen("\r\n0\r\n\r\n"));
}

static void a_stream_that_fails_does_not_look_finished(void **state)
{
    (void)state;
    autobuf got = REPLIES;
    peer_talk(http_serve, "GET /broken HTTP/1.1\r\n" H "\r\nGET /ping HTTP/1.1\r\n" H "\r\n", &got);
    assert_non_null(strstr(buf_text(&got), "three"));
    assert_null(strstr(buf_text(&got), "0\r\n\r\n"));
    assert_int_equal(count(&got, "HTTP/1.1"), 1);
}

static void a_reply_of_the_wrong_length_ends_the_connection(void **state)
{
    (void)state;
    expect_talk("GET /shorter HTTP/1.1\r\n" H "\r\nGET /ping HTTP/1.1\r\n" H "\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nfour");
    expect_talk("GET /longer HTTP/1.1\r\n" H "\r\nGET /ping HTTP/1.1\r\n" H "\r\n", "");
}

static void a_refused_head_is_the_last_request(void **state)
{
    (void)state;
    atomic_store(&requests_seen, 0);
    expect_refusal("GET / HTTP/1.1\r\n\r\nGET /ping HTTP/1.1\r\n" H "\r\n", "400 Bad Request");
    expect_refusal("POST /echo HTTP/1.1\r\n" H
                   "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /ping HTTP/1.1\r\n" H "\r\n",
                   "400 Bad Request");
    assert_int_equal(atomic_load(&requests_seen), 0);
    autobuf got = REPLIES;
    peer_talk(http_serve,
              "GET /ping HTTP/1.1\r\n" H "\r\nGET /\x01 HTTP/1.1\r\n" H "\r\nGET /ping HTTP/1.1\r\n" H "\r\n", &got);
    assert_int_equal(count(&got, "HTTP/1.1 200"), 1);
    assert_int_equal(count(&got, "HTTP/1.1 400"), 1);
    assert_int_equal(atomic_load(&requests_seen), 1);
}

static void a_refusal_is_read_even_while_the_client_still_sends(void **state)
{
    (void)state;
    struct peer peer;
    autobuf got = REPLIES;
    peer_open(&peer, http_serve);
    peer_send(&peer, "POST /echo HTTP/1.1\r\n\r\n");
    char rest[1000] = { 0 };
    for (int i = 0; i < 1000; i++)
        peer_send_bytes(&peer, rest, sizeof rest);
    shutdown(peer.fd, SHUT_WR);
    peer_read_all(&peer, &got);
    assert_non_null(strstr(buf_text(&got), "400 Bad Request"));
    peer_close(&peer);
}

static void broken_chunks_are_refused_and_close(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "x\r\n\r\n",
        "\r\n\r\n",
        "3\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc\n0\r\n\r\n",
        "-3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",
        "3;\x01\r\nabc\r\n0\r\n\r\n",
        "3;\r\r\nabc\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        "0\r\nT: x\n\r\n",
        "0\r\nT\x02: x\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        autobuf request = REPLIES;
        buf_printf(&request,
                   "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n%sGET /ping HTTP/1.1\r\n" H "\r\n",
                   bodies[i]);
        expect_refusal(request.data, "400 Bad Request");
    }
    autobuf request = REPLIES;
    buf_puts(&request, "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n3;");
    for (int i = 0; i < 300; i++)
        buf_putc(&request, 'x');
    buf_puts(&request, "\r\nabc\r\n0\r\n\r\n");
    expect_refusal(request.data, "400 Bad Request");
    buf_clear(&request);
    buf_puts(&request, "POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n");
    for (int i = 0; i < 900; i++)
        buf_puts(&request, "T: 34567\r\n");
    buf_puts(&request, "\r\n");
    expect_refusal(request.data, "400 Bad Request");
}

static void a_body_that_ends_early_gets_no_reply(void **state)
{
    (void)state;
    expect_talk("POST /echo HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\nhalf", "");
    expect_talk("POST /echo HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "");
}

static void continue_is_said_when_the_body_is_read(void **state)
{
    (void)state;
    struct peer peer;
    autobuf got = REPLIES;
    peer_open(&peer, http_serve);
    peer_send(&peer, "POST /echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    peer_read_until(&peer, &got, "\r\n\r\n");
    assert_string_equal(got.data, "HTTP/1.1 100 Continue\r\n\r\n");
    peer_send(&peer, "body");
    peer_read_until(&peer, &got, "\r\n\r\nbody");
    assert_int_equal(count(&got, "100 Continue"), 1);
    buf_clear(&got);
    peer_send(&peer, "POST /eager HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    peer_read_until(&peer, &got, "reading ");
    assert_memory_equal(got.data, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", 42);
    peer_send(&peer, "body");
    peer_read_until(&peer, &got, "0\r\n\r\n");
    assert_int_equal(count(&got, "100 Continue"), 1);
    peer_close(&peer);
}

static void continue_is_not_said_before_a_refusal(void **state)
{
    (void)state;
    expect_talk("POST /missing HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: "
                "close\r\n\r\nnothing\n");
    expect_talk("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
}

static void a_body_too_long_to_drop_closes(void **state)
{
    (void)state;
    expect_refusal("POST /missing HTTP/1.1\r\n" H "Content-Length: 1000000000\r\n\r\nsome", "404 Not Found");
}

static void header_names_are_caseless_and_values_cannot_split(void **state)
{
    (void)state;
    autobuf got = REPLIES;
    peer_talk(http_serve, "GET /headers HTTP/1.1\r\n" H "X-ASK: who\r\n\r\n", &got);
    assert_non_null(strstr(buf_text(&got), "\r\nX-Answer: who\r\n"));
    assert_null(strstr(buf_text(&got), "Injected"));
}

static void hijack_with_upgrade_is_101_and_keeps_early_bytes(void **state)
{
    (void)state;
    expect_talk("POST /hijack HTTP/1.1\r\n" H "Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}early",
                "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: "
                "Upgrade\r\nUpgrade: tcp\r\n\r\n"
                "earlybye");
    expect_talk("POST /hijack HTTP/1.0\r\nUpgrade: WebSocket\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: "
                "Upgrade\r\nUpgrade: WebSocket\r\n\r\nbye");
}

static void hijack_without_upgrade_is_200(void **state)
{
    (void)state;
    expect_talk("POST /hijack HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nraw",
                "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nrawbye");
}

static void a_half_closed_client_still_gets_its_output(void **state)
{
    (void)state;
    struct peer peer;
    autobuf got = REPLIES;
    peer_open(&peer, http_serve);
    peer_send(&peer, "POST /hijack HTTP/1.1\r\n" H "Upgrade: tcp\r\n\r\n");
    peer_read_until(&peer, &got, "\r\n\r\n");
    peer_send(&peer, "typed");
    peer_read_until(&peer, &got, "typed");
    shutdown(peer.fd, SHUT_WR);
    peer_read_until(&peer, &got, "bye");
    peer_close(&peer);
}

static void a_stream_outlives_half_close_and_ends_when_the_client_leaves(void **state)
{
    (void)state;
    struct peer peer;
    autobuf got = REPLIES;
    peer_open(&peer, http_serve);
    peer_send(&peer, "GET /follow HTTP/1.1\r\n" H "\r\n");
    shutdown(peer.fd, SHUT_WR);
    peer_read_until(&peer, &got, "begun");
    struct pollfd still = { peer.fd, POLLIN, 0 };
    assert_int_equal(poll(&still, 1, 100), 1); /* the chunk's own end */
    peer_read_until(&peer, &got, "begun\r\n");
    assert_int_equal(poll(&still, 1, 100), 0);
    peer_close(&peer); /* joins the thread: it has to notice */
}

static void a_drain_ends_streams_cleanly_and_idle_connections_at_once(void **state)
{
    (void)state;
    struct peer idle, busy, raw;
    autobuf got = REPLIES, other = REPLIES, cut = REPLIES;
    peer_open(&idle, http_serve);
    peer_send(&idle, "GET /ping HTTP/1.1\r\n" H "\r\n");
    peer_read_until(&idle, &other, "OK");
    peer_open(&busy, http_serve);
    peer_send(&busy, "GET /follow HTTP/1.1\r\n" H "\r\n");
    peer_read_until(&busy, &got, "begun");
    peer_open(&raw, http_serve);
    peer_send(&raw, "POST /hijack HTTP/1.1\r\n" H "\r\n");
    peer_read_until(&raw, &cut, "\r\n\r\n");
    drain_begin(idle.drain);
    drain_begin(busy.drain);
    drain_begin(raw.drain);
    peer_read_all(&idle, &other);
    peer_read_all(&busy, &got);
    peer_read_all(&raw, &cut);
    assert_non_null(strstr(got.data, "5\r\nended\r\n0\r\n\r\n"));
    peer_close(&idle);
    peer_close(&busy);
    peer_close(&raw);
}

static void a_drain_lets_a_request_finish_and_says_close(void **state)
{
    (void)state;
    struct peer peer;
    autobuf got = REPLIES;
    peer_open(&peer, http_serve);
    peer_send(&peer, "POST /echo HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    peer_read_until(&peer, &got, "\r\n\r\n");
    drain_begin(peer.drain);
    peer_send(&peer, "bodyGET /ping HTTP/1.1\r\n" H "\r\n");
    peer_read_all(&peer, &got);
    assert_non_null(strstr(got.data, "Connection: close\r\n\r\nbody"));
    assert_int_equal(count(&got, "HTTP/1.1 200"), 1);
    peer_close(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_has_its_length_and_the_connection_goes_on),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(a_request_may_come_byte_by_byte),
        cmocka_unit_test(long_bodies_pass_in_both_framings),
        cmocka_unit_test(head_has_the_head_alone),
        cmocka_unit_test(streams_are_chunked_or_end_with_the_connection),
        cmocka_unit_test(large_pieces_arrive_whole),
        cmocka_unit_test(a_stream_that_fails_does_not_look_finished),
        cmocka_unit_test(a_reply_of_the_wrong_length_ends_the_connection),
        cmocka_unit_test(a_refused_head_is_the_last_request),
        cmocka_unit_test(a_refusal_is_read_even_while_the_client_still_sends),
        cmocka_unit_test(broken_chunks_are_refused_and_close),
        cmocka_unit_test(a_body_that_ends_early_gets_no_reply),
        cmocka_unit_test(continue_is_said_when_the_body_is_read),
        cmocka_unit_test(continue_is_not_said_before_a_refusal),
        cmocka_unit_test(a_body_too_long_to_drop_closes),
        cmocka_unit_test(header_names_are_caseless_and_values_cannot_split),
        cmocka_unit_test(hijack_with_upgrade_is_101_and_keeps_early_bytes),
        cmocka_unit_test(hijack_without_upgrade_is_200),
        cmocka_unit_test(a_half_closed_client_still_gets_its_output),
        cmocka_unit_test(a_stream_outlives_half_close_and_ends_when_the_client_leaves),
        cmocka_unit_test(a_drain_ends_streams_cleanly_and_idle_connections_at_once),
        cmocka_unit_test(a_drain_lets_a_request_finish_and_says_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
