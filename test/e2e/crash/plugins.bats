# Servers of their own whose volumes are a plugin's: what nobody is there to unmount, and where plugins are looked for.

private() { # CASE
    timeout 120 unshare --mount --net --propagation private python3 "$E2E/crash/plugins.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it kills our own server"
}

@test "a container that ends while no server runs gives its volume back" {
    private nobody_serves
}

@test "a kill while the plugin mounts leaves nothing mounted" {
    private killed_while_it_mounts
}

@test "a kill while the plugin makes or removes a volume leaves none that is half there" {
    private killed_while_it_makes_and_removes
}

@test "plugins are found where containers.conf and Docker's files say" {
    private places
}

@test "the deadline is that of containers.conf" {
    private deadline
}
