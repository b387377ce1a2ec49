load "$E2E/lib/e2e"

@test "wait gives the exit code as a bare number" {
    start '{"command":["sh","-c","exit 33"]}'
    api POST "/libpod/containers/$ctr/wait"
    [ "$status" = 200 ]
    [ "$body" = 33 ]
    [[ $(header Content-Type) == application/json* ]]
}

@test "wait lasts until the end" {
    start '{"command":["sh","-c","until [ -e /go ]; do sleep 0.05; done; exit 4"]}'
    curl -s --max-time 60 --unix-socket "$SOCKET" -X POST "http://e2e/v5.0.0/libpod/containers/$ctr/wait" >"$BATS_TEST_TMPDIR/code" 3>&- &
    local waiter=$!
    post "/libpod/containers/$ctr/exec" '{"Cmd":["touch","/go"],"AttachStdout":true}'
    [ ! -s "$BATS_TEST_TMPDIR/code" ]
    hijack POST "/libpod/exec/$(field .Id)/start" '{}' </dev/null
    wait $waiter
    [ "$(cat "$BATS_TEST_TMPDIR/code")" = 4 ]
}

@test "wait waits for a state that is asked for" {
    create
    curl -s --max-time 60 --unix-socket "$SOCKET" -X POST \
        "http://e2e/v5.0.0/libpod/containers/$ctr/wait?condition=running&interval=50ms" -o "$BATS_TEST_TMPDIR/code" -w '%{http_code}' \
        >"$BATS_TEST_TMPDIR/status" 3>&- &
    local waiter=$!
    api POST "/libpod/containers/$ctr/start"
    wait $waiter
    [ "$(cat "$BATS_TEST_TMPDIR/status")" = 200 ]
    api POST "/libpod/containers/$ctr/pause"
    api POST "/libpod/containers/$ctr/wait?condition=paused"
    [ "$status" = 200 ]
    api POST "/libpod/containers/$ctr/wait?condition=exited&condition=paused"
    [ "$status" = 200 ]
}

@test "wait sees a removal" {
    start '{"command":["sleep","1000"]}'
    curl -s --max-time 60 --unix-socket "$SOCKET" -X POST \
        "http://e2e/v5.0.0/libpod/containers/$ctr/wait?condition=removed" -o /dev/null -w '%{http_code}' >"$BATS_TEST_TMPDIR/status" 3>&- &
    local waiter=$!
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    wait $waiter
    [[ $(cat "$BATS_TEST_TMPDIR/status") == 200 || $(cat "$BATS_TEST_TMPDIR/status") == 404 ]]
}

@test "an unknown state is refused" {
    create
    only_for coracle
    api POST "/libpod/containers/$ctr/wait?condition=happy"
    refused 400 condition happy
}
