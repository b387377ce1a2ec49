# Servers of their own, killed in the middle of changes of a container's networks, or with a netavark that fails.

private() { # CASE
    timeout 240 unshare --mount --net --propagation private python3 "$E2E/crash/networks.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it is our own server's netavark"
}

@test "a connect that was killed never was, and can be done again" {
    private a_connect_that_was_killed_never_was
}

@test "a disconnect that was killed is finished" {
    private a_disconnect_that_was_killed_is_finished
}

@test "a start that was killed while netavark ran gives address and port back" {
    private a_start_that_was_killed_gives_all_back
}

@test "a rename that was killed is finished for the name service" {
    private a_rename_that_was_killed_is_finished
}

@test "an end that nobody recorded is told to those with links" {
    private an_end_nobody_recorded_is_told_to_linkers
}

@test "a netavark that fails gives its words, and everything is undone" {
    private a_netavark_that_fails_gives_its_words
}

@test "a missing netavark is named, and a forced disconnect needs none" {
    private a_missing_netavark_is_named
}
