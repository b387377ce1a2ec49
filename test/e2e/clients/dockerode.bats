# dockerode, the client library of many node programs.
load "$E2E/lib/e2e"

program() { # FILE ARGUMENTS...: ends well, having done all of it
    timeout 300 node "$E2E/clients/node/$1" "${@:2}" >"$BATS_TEST_TMPDIR/out" 2>&1 || true
    tail -n 1 "$BATS_TEST_TMPDIR/out" | grep -qx "all well" || { cat "$BATS_TEST_TMPDIR/out"; return 1; }
}

setup() {
    [ -d "$E2E/clients/node/node_modules" ] || skip "no dockerode: npm ci --prefix test/e2e/clients/node"
}

@test "dockerode runs, attaches before start, executes and lists" {
    fresh_name
    forget_later "$name-run" "$name-attach" "$name-exec" "$name-other"
    program dockerode_containers.mjs "$SOCKET" "$name"
}

@test "dockerode makes networks and volumes, follows events and sums up" {
    fresh_name
    forget_later "$name-a" "$name-b"
    forget_network "$name-net"
    program dockerode_objects.mjs "$SOCKET" "$name"
}
