# Servers of their own, killed while they have a container's files in hand.

private() { # CASE
    timeout 170 unshare --mount --net --propagation private python3 "$E2E/crash/commit.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it kills our own server"
}

@test "a kill while a container is committed leaves no image, no layer, and a container that goes on" {
    private a_commit_leaves_nothing
}

@test "a kill while files are put into a container leaves no mount" {
    private a_copy_leaves_no_mount
}

@test "what a client has mounted stays over a kill" {
    private a_client_keeps_its_mount
}
