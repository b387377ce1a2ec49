#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "api/websocket_relay.h"
#include "core/base/fd.h"

/* A relay on a thread of its own: the test is both the client and the core. */
struct rig {
    int client, core; /* our ends */
    int theirs[2];
    struct websocket_relay what;
    pthread_t thread;
};

static void *run(void *context)
{
    struct rig *rig = context;
    websocket_relay(&rig->what);
    close(rig->theirs[0]);
    close(rig->theirs[1]);
    return NULL;
}

static void rig_start(struct rig *rig, const char *early, size_t early_len)
{
    int client[2], core[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, client), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, core), 0);
    *rig = (struct rig){ .client = client[0], .core = core[0], .theirs = { client[1], core[1] } };
    rig->what = (struct websocket_relay){ .client = client[1], .core = core[1], .early = early, .early_len = early_len };
    assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
}

static void rig_end(struct rig *rig)
{
    close(rig->client);
    if (rig->core >= 0)
        close(rig->core);
    pthread_join(rig->thread, NULL);
}

/* A frame as clients send them: its payload goes through the mask. Returns its bytes. */
static size_t put_frame(char *into, unsigned first, const char *payload, size_t len)
{
    static const unsigned char mask[4] = { 0x11, 0x22, 0x33, 0x44 };
    size_t at = 0;
    into[at++] = (char)first;
    if (len < 126) {
        into[at++] = (char)(0x80 | len);
    } else {
        into[at++] = (char)(0x80 | 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            into[at++] = (char)((uint64_t)len >> shift);
    }
    memcpy(into + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < len; i++)
        into[at++] = (char)(payload[i] ^ (char)mask[i & 3]);
    return at;
}

static void expect(int fd, const void *bytes, size_t len)
{
    char got[65536];
    assert_true(len <= sizeof got);
    for (size_t have = 0; have < len;) {
        ssize_t n = recv(fd, got + have, len - have, 0);
        assert_true(n > 0);
        have += (size_t)n;
    }
    assert_memory_equal(got, bytes, len);
}

static void expect_end(int fd)
{
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

static void output_goes_out_in_binary_messages_and_its_end_is_a_close(void **state)
{
    (void)state;
    struct rig rig;
    char frame[32];
    rig_start(&rig, NULL, 0);
    assert_int_equal(send(rig.core, "hello", 5, 0), 5);
    expect(rig.client, "\x82\x05hello", 7);
    close(rig.core);
    rig.core = -1;
    expect(rig.client, "\x88\x02\x03\xe8", 4);
    assert_true(send(rig.client, frame, put_frame(frame, 0x88, "\x03\xe8", 2), 0) > 0);
    expect_end(rig.client);
    rig_end(&rig);
}

static void pieces_pings_and_single_bytes_make_one_input(void **state)
{
    (void)state;
    struct rig rig;
    char bytes[256];
    size_t len = put_frame(bytes, 0x01, "one ", 4); /* text that goes on */
    len += put_frame(bytes + len, 0x89, "still there", 11);
    len += put_frame(bytes + len, 0x00, "two ", 4);
    len += put_frame(bytes + len, 0x80, "three", 5);
    rig_start(&rig, NULL, 0);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(send(rig.client, bytes + i, 1, 0), 1);
    expect(rig.core, "one two three", 13);
    expect(rig.client, "\x8a\x0bstill there", 13);
    rig_end(&rig);
}

static void a_long_message_arrives_however_slowly_it_is_taken(void **state)
{
    (void)state;
    enum { LENGTH = 60000 };
    static char payload[LENGTH], frame[LENGTH + 16];
    struct rig rig;
    for (size_t i = 0; i < LENGTH; i++)
        payload[i] = (char)(i * 7);
    size_t len = put_frame(frame, 0x82, payload, LENGTH);
    rig_start(&rig, frame, 100); /* its beginning came with the handshake */
    assert_int_equal(fd_write_all_raw(rig.client, frame + 100, len - 100), 0);
    expect(rig.core, payload, LENGTH);
    rig_end(&rig);
}

static void what_was_said_before_a_close_arrives(void **state)
{
    (void)state;
    struct rig rig;
    char bytes[64];
    size_t len = put_frame(bytes, 0x81, "last words", 10);
    len += put_frame(bytes + len, 0x88, "\x03\xe8", 2);
    rig_start(&rig, NULL, 0);
    assert_int_equal(send(rig.client, bytes, len, 0), (ssize_t)len);
    expect(rig.core, "last words", 10);
    expect_end(rig.core);
    expect(rig.client, "\x88\x02\x03\xe8", 4);
    expect_end(rig.client);
    rig_end(&rig);
}

static void a_client_that_breaks_the_protocol_is_told_so(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } wrong[] = {
        { "\x81\x02hi", 4 },           /* no mask */
        { "\xc1\x82\0\0\0\0", 6 },     /* a reserved bit */
        { "\x83\x82\0\0\0\0", 6 },     /* a kind of message that there is not */
        { "\x8b\x82\0\0\0\0", 6 },     /* the same of a control frame */
        { "\x09\x82\0\0\0\0", 6 },     /* a ping in pieces */
        { "\x89\xfe\x00\x7e\0\0\0\0", 8 }, /* a ping that is too long */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct rig rig;
        rig_start(&rig, NULL, 0);
        assert_int_equal(send(rig.client, wrong[i].bytes, wrong[i].len, 0), (ssize_t)wrong[i].len);
        expect(rig.client, "\x88\x02\x03\xea", 4);
        expect_end(rig.core);
        rig_end(&rig);
    }
}

static void a_client_that_leaves_without_a_word_is_an_end(void **state)
{
    (void)state;
    struct rig rig;
    rig_start(&rig, NULL, 0);
    shutdown(rig.client, SHUT_RDWR);
    expect_end(rig.core);
    rig_end(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_goes_out_in_binary_messages_and_its_end_is_a_close),
        cmocka_unit_test(pieces_pings_and_single_bytes_make_one_input),
        cmocka_unit_test(a_long_message_arrives_however_slowly_it_is_taken),
        cmocka_unit_test(what_was_said_before_a_close_arrives),
        cmocka_unit_test(a_client_that_breaks_the_protocol_is_told_so),
        cmocka_unit_test(a_client_that_leaves_without_a_word_is_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
