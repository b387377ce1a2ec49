load "$E2E/lib/e2e"

@test "resize changes the terminal of a session" {
    docker_start
    post "/containers/$ctr/exec" '{"Cmd": ["sh", "-c", "trap \"stty size\" WINCH; echo ready; while :; do sleep 0.1; done"],
        "AttachStdout": true, "Tty": true}'
    exec=$(field .Id)
    HOLD=1 background "$BATS_TEST_TMPDIR/out" python3 "$E2E/lib/hijack.py" "$SOCKET" "$BATS_TEST_TMPDIR/head" POST \
        "/exec/$exec/start" '{"Tty": true}'
    wait_until 10 file_has "$BATS_TEST_TMPDIR/head" 101
    api POST "/exec/$exec/resize?h=19&w=77" # the process may not be there yet: it waits
    [ "$status" = 200 ]
    wait_until 10 file_has "$BATS_TEST_TMPDIR/out" ready
    api POST "/exec/$exec/resize?h=20&w=78"
    wait_until 10 file_has "$BATS_TEST_TMPDIR/out" '20 78'
}

@test "resize needs a size and a session that runs" {
    docker_start
    post "/containers/$ctr/exec" '{"Cmd": ["true"]}'
    exec=$(field .Id)
    api POST "/exec/$exec/resize?h=1"
    refused 400 w
    api POST "/exec/$exec/resize?h=tall&w=1"
    refused 400 tall
    api POST '/exec/nosuch/resize?h=1&w=1'
    refused 404 'No such exec instance: nosuch'
    only_for coracle # dockerd waits ten seconds for a start
    api POST "/exec/$exec/resize?h=1&w=1"
    refused 409 "$exec"
}
