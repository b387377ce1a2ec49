# runs alone
# TCP with TLS and certificates on both sides: servers of their own, certificates made on the spot.

private() { # CASE
    timeout 300 unshare --mount --net --propagation private python3 "$E2E/server/tls.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it is our own server's TLS"
}

@test "only clients whose certificate is valid and from the right authority are served" {
    private clients_are_verified
}

@test "plain HTTP is told so, and neither garbage nor a stalled handshake holds others up" {
    private what_is_no_tls_harms_nobody
}

@test "docker CLI runs, attaches, executes, follows and loads over TLS" {
    private docker_works
}

@test "docker-py, keep-alive, a websocket and a large archive work over TLS" {
    private other_clients_work
}

@test "rights are given by name and by fingerprint of a certificate, and the audit has both" {
    private rights_go_by_certificate
}

@test "a TCP socket that is handed over is served by its name in the policy" {
    private a_socket_that_is_handed_over
}

@test "what a page of another address asks a browser for is refused" {
    private pages_of_others_are_refused
}

@test "clients that leave leave no thread, and the server ends when it is idle" {
    private who_leaves_leaves_nothing
}

@test "SIGTERM ends streams over TLS whole" {
    private a_drain_ends_streams
}

@test "TCP without TLS, or with files that do not fit, keeps the server from starting" {
    private mistakes_keep_it_from_starting
}
