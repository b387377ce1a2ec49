#include "server/head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define H "Host: x\r\n"
#define GET "GET / HTTP/1.1\r\n"

struct raw {
    const char *name;
    int status;
    const char *bytes;
    size_t len; /* 0: to the NUL */
};

static const struct raw good[] = {
    { "plain", 200, GET H "\r\n", 0 },
    { "HTTP/1.0 without Host", 200, "GET / HTTP/1.0\r\n\r\n", 0 },
    { "absolute form", 200, "GET http://docker/ HTTP/1.1\r\n" H "\r\n", 0 },
    { "empty Host", 200, GET "Host:\r\n\r\n", 0 },
    { "a socket's path as Host, as old docker clients sent", 200, GET "Host: %2Frun%2Fdocker.sock\r\n\r\n", 0 },
    { "length", 200, "POST / HTTP/1.1\r\n" H "Content-Length: 12\r\n\r\n", 0 },
    { "chunks", 200, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n\r\n", 0 },
    { "blanks around a value", 200, GET "Host: \t x \t\r\n\r\n", 0 },
    { "bytes above ASCII in a value", 200, GET H "X-Name: \xc3\xa9\r\n\r\n", 0 },
    { "a tab inside a value", 200, GET H "X: a\tb\r\n\r\n", 0 },
    { "escapes in the target", 200, "GET /a%2Fb?c=%20 HTTP/1.1\r\n" H "\r\n", 0 },
};

static const struct raw bad[] = {
    { "two lengths", 400, GET H "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 0 },
    { "two different lengths", 400, GET H "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 0 },
    { "a list of lengths", 400, GET H "Content-Length: 1, 1\r\n\r\n", 0 },
    { "length and chunks", 400, GET H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 0 },
    { "chunks and length", 400, GET H "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 0 },
    { "a negative length", 400, GET H "Content-Length: -1\r\n\r\n", 0 },
    { "a signed length", 400, GET H "Content-Length: +1\r\n\r\n", 0 },
    { "a hexadecimal length", 400, GET H "Content-Length: 0x1\r\n\r\n", 0 },
    { "an empty length", 400, GET H "Content-Length:\r\n\r\n", 0 },
    { "a length with a blank", 400, GET H "Content-Length: 1 2\r\n\r\n", 0 },
    { "a length beyond 64 bits", 400, GET H "Content-Length: 99999999999999999999\r\n\r\n", 0 },
    { "another coding", 400, GET H "Transfer-Encoding: gzip\r\n\r\n", 0 },
    { "codings in a row", 400, GET H "Transfer-Encoding: gzip, chunked\r\n\r\n", 0 },
    { "identity", 400, GET H "Transfer-Encoding: identity\r\n\r\n", 0 },
    { "chunked twice", 400, GET H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 0 },
    { "chunked with a blank byte", 400,
      GET H "Transfer-Encoding: \x0b"
            "chunked\r\n\r\n",
      0 },
    { "a quoted coding", 400, GET H "Transfer-Encoding: \"chunked\"\r\n\r\n", 0 },
    { "chunks on HTTP/1.0", 400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 0 },
    { "no Host", 400, GET "\r\n", 0 },
    { "two Hosts", 400, GET H H "\r\n", 0 },
    { "two Hosts on HTTP/1.0", 400, "GET / HTTP/1.0\r\n" H H "\r\n", 0 },
    { "a list of Hosts", 400, GET "Host: a, b\r\n\r\n", 0 },
    { "NUL in the target", 400, "GET /\0 HTTP/1.1\r\n" H "\r\n", sizeof "GET /\0 HTTP/1.1\r\n" H "\r\n" - 1 },
    { "an escaped NUL in the target", 400, "GET /a%00b HTTP/1.1\r\n" H "\r\n", 0 },
    { "an escaped NUL in the query", 400, "GET /a?b=%00 HTTP/1.1\r\n" H "\r\n", 0 },
    { "NUL in a value", 400, GET "Host: x\0y\r\n\r\n", sizeof GET "Host: x\0y\r\n\r\n" - 1 },
    { "bare LF after the request line", 400, "GET / HTTP/1.1\n" H "\r\n", 0 },
    { "bare LF after a field", 400, GET "Host: x\n\r\n", 0 },
    { "bare LF as the blank line", 400, GET H "\n", 0 },
    { "bare CR in a value", 400, GET "Host: x\ry\r\n\r\n", 0 },
    { "CR CR LF", 400, GET "Host: x\r\r\n\r\n", 0 },
    { "a control byte in a value", 400, GET "Host: x\x01\r\n\r\n", 0 },
    { "DEL in a value", 400, GET "Host: x\x7f\r\n\r\n", 0 },
    { "a control byte in a name", 400, GET H "X\x02: y\r\n\r\n", 0 },
    { "a tab in the target", 400, "GET /a\tb HTTP/1.1\r\n" H "\r\n", 0 },
    { "a blank before the colon", 400, GET "Host : x\r\n\r\n", 0 },
    { "a tab before the colon", 400, GET "Host\t: x\r\n\r\n", 0 },
    { "a folded field", 400, GET H "X: a\r\n b\r\n\r\n", 0 },
    { "a folded first field", 400, GET " X: a\r\n" H "\r\n", 0 },
    { "no colon", 400, GET H "nothing\r\n\r\n", 0 },
    { "an empty name", 400, GET H ": x\r\n\r\n", 0 },
    { "no version", 400, "GET /\r\n" H "\r\n", 0 },
    { "two blanks before the target", 400, "GET  / HTTP/1.1\r\n" H "\r\n", 0 },
    { "a blank in the target", 400, "GET /a b HTTP/1.1\r\n" H "\r\n", 0 },
    { "a blank behind the version", 400, "GET / HTTP/1.1 \r\n" H "\r\n", 0 },
    { "an unknown version", 400, "GET / HTTP/1.2\r\n" H "\r\n", 0 },
    { "HTTP/2's preface", 400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0 },
    { "a version in small letters", 400, "GET / http/1.1\r\n" H "\r\n", 0 },
    { "a method that is no word", 400, "GE(T / HTTP/1.1\r\n" H "\r\n", 0 },
    { "an empty method", 400, " / HTTP/1.1\r\n" H "\r\n", 0 },
    { "a long method", 400, "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1\r\n" H "\r\n", 0 },
    { "a target without slash", 400, "GET a HTTP/1.1\r\n" H "\r\n", 0 },
    { "an authority without path", 400, "GET http://docker?a=/b HTTP/1.1\r\n" H "\r\n", 0 },
    { "a fragment", 400, "GET /a#b HTTP/1.1\r\n" H "\r\n", 0 },
    { "a byte above ASCII in the target", 400, "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n", 0 },
    { "an empty request line", 400, "\r\n" GET H "\r\n", 0 },
    { "another expectation", 417, GET H "Expect: miracles\r\n\r\n", 0 },
    { "TLS", 400, "\x16\x03\x01\x02\x00\x01\x00", 7 },
};

static size_t raw_len(const struct raw *raw)
{
    return raw->len ? raw->len : strlen(raw->bytes);
}

/* At once, or @step bytes more each time. */
static int parse(const char *bytes, size_t len, size_t step, struct head *head, char **ret_data)
{
    struct head_progress progress = { 0 };
    const char *why = NULL;
    size_t consumed = 0;
    char *data = malloc(len + 1);
    memcpy(data, bytes, len);
    int status = 0;
    for (size_t have = step < len ? step : len; !status; have = have + step < len ? have + step : len) {
        status = head_parse(data, have, &progress, head, &consumed, &why);
        if (have == len)
            break;
    }
    if (status == 200)
        assert_true(consumed <= len && !memcmp(data + consumed - 1, "\n", 1));
    else if (status)
        assert_non_null(why);
    if (ret_data)
        *ret_data = data;
    else
        free(data);
    return status;
}

static void expect_all(const struct raw *table, size_t count)
{
    struct head head;
    for (size_t i = 0; i < count; i++) {
        int status = parse(table[i].bytes, raw_len(&table[i]), raw_len(&table[i]), &head, NULL);
        if (status != table[i].status)
            fail_msg("%s: %d instead of %d", table[i].name, status, table[i].status);
        status = parse(table[i].bytes, raw_len(&table[i]), 1, &head, NULL);
        if (status != table[i].status)
            fail_msg("%s, byte by byte: %d instead of %d", table[i].name, status, table[i].status);
    }
}

static void good_heads_pass_whole_and_byte_by_byte(void **state)
{
    (void)state;
    expect_all(good, sizeof good / sizeof *good);
}

static void bad_heads_are_refused_whole_and_byte_by_byte(void **state)
{
    (void)state;
    expect_all(bad, sizeof bad / sizeof *bad);
}

static void an_unfinished_head_waits_for_more(void **state)
{
    (void)state;
    static const char whole[] = GET H "X: y\r\n\r\n";
    struct head head;
    for (size_t len = 1; len < sizeof whole - 1; len++)
        assert_int_equal(parse(whole, len, len, &head, NULL), 0);
}

static void a_head_is_told_in_parts(void **state)
{
    (void)state;
    static const char text[] =
        "POST http://docker/a?b HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade, close\r\nUpgrade: tcp\r\n"
        "content-length: 0012\r\nExpect: 100-Continue\r\n\r\nrest";
    struct head head;
    char *data;
    assert_int_equal(parse(text, sizeof text - 1, sizeof text - 1, &head, &data), 200);
    assert_string_equal(head.method, "POST");
    assert_string_equal(head.target, "/a?b");
    assert_int_equal(head.minor, 1);
    assert_int_equal(head.length, 12);
    assert_true(head.close && head.expect_continue && !head.chunked);
    assert_string_equal(head.upgrade, "tcp");
    assert_string_equal(head_field(&head, "HOST"), "docker");
    assert_null(head_field(&head, "Host2"));
    free(data);
}

static void http_1_0_closes_unless_it_asks_to_stay(void **state)
{
    (void)state;
    static const char closes[] = "GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n",
                      stays[] = "GET / HTTP/1.0\r\nConnection: x, Keep-Alive\r\n\r\n";
    struct head head;
    assert_int_equal(parse(closes, sizeof closes - 1, 99, &head, NULL), 200);
    assert_true(head.close);
    assert_false(head.expect_continue);
    assert_int_equal(parse(stays, sizeof stays - 1, 99, &head, NULL), 200);
    assert_false(head.close);
}

static int parse_repeated(const char *before, const char *unit, size_t count, const char *after)
{
    size_t len = strlen(before) + strlen(unit) * count + strlen(after);
    char *text = malloc(len + 1), *at = stpcpy(text, before);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, unit);
    strcpy(at, after);
    struct head head;
    int status = parse(text, len, 8191, &head, NULL);
    free(text);
    return status;
}

static void limits_hold_to_the_byte(void **state)
{
    (void)state;
    assert_int_equal(parse_repeated("GET /", "a", HEAD_MAX_TARGET - 1, " HTTP/1.1\r\n" H "\r\n"), 200);
    assert_int_equal(parse_repeated("GET /", "a", HEAD_MAX_TARGET, " HTTP/1.1\r\n" H "\r\n"), 414);
    assert_int_equal(parse_repeated("GET /", "a", 2 * HEAD_MAX_TARGET, ""), 414);
    assert_int_equal(parse_repeated(GET H, "A: b\r\n", HEAD_MAX_FIELDS - 1, "\r\n"), 200);
    assert_int_equal(parse_repeated(GET H, "A: b\r\n", HEAD_MAX_FIELDS, "\r\n"), 431);
    size_t around = sizeof GET H "X: \r\n\r\n" - 1;
    assert_int_equal(parse_repeated(GET H "X: ", "a", HEAD_MAX_BYTES - around, "\r\n\r\n"), 200);
    assert_int_equal(parse_repeated(GET H "X: ", "a", HEAD_MAX_BYTES - around + 1, "\r\n\r\n"), 431);
    assert_int_equal(parse_repeated(GET H "X: ", "a", HEAD_MAX_BYTES, ""), 431);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_heads_pass_whole_and_byte_by_byte),
        cmocka_unit_test(bad_heads_are_refused_whole_and_byte_by_byte),
        cmocka_unit_test(an_unfinished_head_waits_for_more),
        cmocka_unit_test(a_head_is_told_in_parts),
        cmocka_unit_test(http_1_0_closes_unless_it_asks_to_stay),
        cmocka_unit_test(limits_hold_to_the_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
