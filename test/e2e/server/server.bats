# runs alone
# A server of its own for each test, in namespaces of its own: its sockets, its framing, its connections, its end.

private() { # SCRIPT CASE
    timeout 300 unshare --mount --net --propagation private python3 "$E2E/server/$1" "$BUILD" "$2" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it is our own server's framing and end"
}

# ---- what it is given, and its end -------------------------------------------------------------------------------

@test "sockets that are handed over are served, by their names, and left" {
    private activation.py handed_over_sockets_are_served_by_name
}

@test "the default idle time under activation is five seconds" {
    private activation.py the_default_idle_time_under_activation_is_five_seconds
}

@test "an open connection keeps the server alive" {
    private activation.py an_open_connection_keeps_it_alive
}

@test "a connection at the instant of the idle end is served" {
    private activation.py a_connection_at_the_instant_of_the_end_is_served
}

@test "a connection to its own socket is served or refused, never dropped" {
    private activation.py a_connection_to_its_own_socket_is_served_or_refused
}

@test "the service manager hears of readiness and end" {
    private streams.py the_service_manager_hears_of_begin_and_end
}

@test "SIGTERM finishes replies, ends streams whole and leaves containers running" {
    private streams.py a_drain_finishes_replies_and_ends_streams
}

# ---- many at once ------------------------------------------------------------------------------------------------

@test "200 idle streams, 50 slow writers and one that never reads hold no ping up" {
    private streams.py no_request_holds_another_up
}

@test "a client that left leaves no thread behind" {
    private streams.py a_client_that_left_leaves_no_thread
}

# ---- bytes -------------------------------------------------------------------------------------------------------

@test "a bad head is refused, and is the last request" {
    private gate.py a_bad_head_is_refused_and_the_last
}

@test "good heads of every kind pass, one behind the other" {
    private gate.py good_heads_of_every_kind_pass
}

@test "a head may come byte by byte, on many connections" {
    private gate.py a_head_may_come_byte_by_byte_on_many_connections
}

@test "bad chunks are refused and close" {
    private gate.py bad_chunks_are_refused_and_close
}

@test "100 Continue is said when the body is wanted, and not before a refusal" {
    private gate.py continue_is_said_when_the_body_is_wanted
}

@test "HEAD is answered where the peers answer it" {
    private gate.py head_answers_where_the_peers_have_it
}

@test "paths that are not clean are redirected, and other spellings unknown" {
    private gate.py paths_are_cleaned_by_redirect
}

@test "what nobody knows is told in a Warning, or refused by --strict" {
    private gate.py what_nobody_knows_is_told_or_refused
}

@test "attach and exec of HTTP/1.0 with Upgrade: WebSocket, as cockpit sends it" {
    private gate.py cockpit_attaches_and_executes
}
