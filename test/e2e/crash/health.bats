# Servers of their own, which end while containers are checked, and timers that are killed.

private() { # CASE
    timeout 240 unshare --mount --net --propagation private python3 "$E2E/crash/health.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it kills our own server"
}

@test "health checks go on without a server" {
    private checks_go_on_without_a_server
}

@test "a timer that was killed is begun anew by the next look, and what its check left running ends" {
    private a_killed_timer_is_begun_anew
}

@test "a timer that was killed is begun anew by the next server" {
    private a_killed_timer_is_begun_by_the_next_server
}

@test "a timer ends with its container, and there is one for each run" {
    private a_timer_ends_with_its_container
}

@test "a timer takes little memory" {
    private a_timer_takes_little_memory
}
