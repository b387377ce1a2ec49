load "$E2E/lib/e2e"

@test "nothing that a container swaps on the way of a copy leads out of it" {
    only_for coracle
    docker_start '{"Cmd": ["sh", "-c", "mkdir /d && exec sleep infinity"]}'
    api GET "/containers/$ctr/json"
    pid=$(field .State.Pid)
    wait_until 10 test -d "/proc/$pid/root/d"
    mkdir "$BATS_TEST_TMPDIR/outside"
    printf secret >"$BATS_TEST_TMPDIR/outside/file"
    # past the recorder: it would keep every exchange of this
    python3 "$E2E/crash/swap.py" "$DIRECT_SOCKET" "$ctr" "/proc/$pid/root" "$BATS_TEST_TMPDIR/outside" 30
}
