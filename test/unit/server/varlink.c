#include "test/unit/server/peer.h"

#include "api/varlink/dispatch.h"

/* "wait" waits until the client leaves, "upgrade" echoes until the client ends, "no JSON" closes, others are echoed. */
int varlink_dispatch(const struct api *api, const char *message, size_t len, const struct varlink_ops *ops,
                     void *transport, struct arena *arena)
{
    (void)api, (void)arena;
    autoerror *err = NULL;
    assert_int_equal(strlen(message), len);
    if (!strcmp(message, "{no JSON"))
        return -1;
    if (!strcmp(message, "{wait}")) {
        ops->send(transport, "begun", 5, &err);
        while (ops->wait(transport, -1, -1))
            ;
        return 0;
    }
    if (ops->send(transport, message, len, &err) < 0)
        return -1;
    if (strcmp(message, "{upgrade}"))
        return 0;
    const void *early;
    size_t early_len;
    int fd;
    if (ops->upgrade(transport, &fd, &early, &early_len, &err) < 0)
        return -1;
    fd_write_all_raw(fd, early, early_len);
    char chunk[1000];
    for (ssize_t n; (n = recv(fd, chunk, sizeof chunk, 0)) > 0;)
        fd_write_all_raw(fd, chunk, (size_t)n);
    return -1;
}

#define TALK(bytes, reply) talk(bytes, sizeof bytes - 1, reply, sizeof reply - 1)

static void talk(const char *bytes, size_t len, const char *reply, size_t reply_len)
{
    struct peer peer;
    autobuf got = BUF(PEER_MAX_REPLY);
    peer_open(&peer, varlink_serve);
    peer_send_bytes(&peer, bytes, len);
    shutdown(peer.fd, SHUT_WR);
    peer_read_all(&peer, &got);
    peer_close(&peer);
    assert_int_equal(got.len, reply_len);
    assert_memory_equal(buf_text(&got), reply, reply_len);
}

static void messages_are_answered_in_order(void **state)
{
    (void)state;
    TALK("{1}\0{2}\0{3}\0", "{1}\0{2}\0{3}\0");
    TALK("{1}\0\0{2}\0", "{1}\0\0{2}\0");
}

static void what_has_no_end_is_no_message(void **state)
{
    (void)state;
    TALK("{1}\0{2}", "{1}\0");
    TALK("{", "");
}

static void a_message_nobody_understands_closes(void **state)
{
    (void)state;
    TALK("{1}\0{no JSON\0{2}\0", "{1}\0");
}

static void a_message_may_come_byte_by_byte(void **state)
{
    (void)state;
    struct peer peer;
    char reply[8];
    peer_open(&peer, varlink_serve);
    for (int i = 0; i < 2; i++) {
        for (const char *at = "{12345}"; *at; at++)
            peer_send_bytes(&peer, at, 1);
        peer_send_bytes(&peer, "", 1);
        assert_int_equal(recv(peer.fd, reply, sizeof reply, MSG_WAITALL), 8);
        assert_memory_equal(reply, "{12345}", 8);
    }
    peer_close(&peer);
}

static void a_large_message_passes_and_a_larger_one_closes(void **state)
{
    (void)state;
    const size_t size = CONNECTION_MAX_IN - 16384, too_much = CONNECTION_MAX_IN + 1;
    autobuf message = BUF(PEER_MAX_REPLY), got = BUF(PEER_MAX_REPLY);
    for (size_t i = 0; i < too_much; i++)
        buf_putc(&message, '{');
    struct peer peer;
    peer_open(&peer, varlink_serve);
    peer_send_bytes(&peer, message.data, size);
    peer_send_bytes(&peer, "", 1);
    shutdown(peer.fd, SHUT_WR);
    peer_read_all(&peer, &got);
    peer_close(&peer);
    assert_int_equal(got.len, size + 1);
    assert_memory_equal(got.data, message.data, size);

    buf_clear(&got);
    peer_open(&peer, varlink_serve);
    fd_write_all_raw(peer.fd, message.data, too_much); /* may fail: that is the point */
    fd_write_all_raw(peer.fd, "", 1);
    peer_read_all(&peer, &got);
    peer_close(&peer);
    assert_int_equal(got.len, 0);
}

static void an_upgraded_connection_keeps_early_bytes(void **state)
{
    (void)state;
    TALK("{1}\0{upgrade}\0raw\0{2}\0", "{1}\0{upgrade}\0raw\0{2}\0");
}

static void a_wait_ends_with_the_drain_and_so_does_the_connection(void **state)
{
    (void)state;
    struct peer peer;
    autobuf got = BUF(PEER_MAX_REPLY);
    peer_open(&peer, varlink_serve);
    peer_send_bytes(&peer, "{wait}", 7);
    peer_read_until(&peer, &got, "begun");
    drain_begin(peer.drain);
    peer_read_all(&peer, &got);
    peer_close(&peer);
}

static void a_wait_ends_when_the_client_leaves(void **state)
{
    (void)state;
    struct peer peer;
    autobuf got = BUF(PEER_MAX_REPLY);
    peer_open(&peer, varlink_serve);
    peer_send_bytes(&peer, "{wait}", 7);
    peer_read_until(&peer, &got, "begun");
    peer_close(&peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_answered_in_order),
        cmocka_unit_test(what_has_no_end_is_no_message),
        cmocka_unit_test(a_message_nobody_understands_closes),
        cmocka_unit_test(a_message_may_come_byte_by_byte),
        cmocka_unit_test(a_large_message_passes_and_a_larger_one_closes),
        cmocka_unit_test(an_upgraded_connection_keeps_early_bytes),
        cmocka_unit_test(a_wait_ends_with_the_drain_and_so_does_the_connection),
        cmocka_unit_test(a_wait_ends_when_the_client_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
