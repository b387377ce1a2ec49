# Attaching over a WebSocket, with a client library of node.
load "$E2E/lib/e2e"

setup() {
    [ -d "$E2E/clients/node/node_modules" ] || skip "no ws: npm ci --prefix test/e2e/clients/node"
}

attached() { # QUERY [INPUT]: to the container of the test
    timeout 60 node "$E2E/clients/node/websocket.mjs" "$SOCKET" "$ctr" "$@" 2>&1
}

@test "output arrives as it is, and the end of the container closes the connection" {
    docker_create '{"Cmd": ["sh", "-c", "echo err >&2; seq 20000"]}'
    background "$BATS_TEST_TMPDIR/out" timeout 60 node "$E2E/clients/node/websocket.mjs" "$SOCKET" "$ctr" "stream=1&stdout=1"
    attached_event() {
        api GET "/events?since=0&until=$(date +%s.%N)&filters=$(quote '{"event": ["attach"], "container": ["'"$ctr"'"]}')"
        grep -q attach <<<"$body"
    }
    wait_until 30 attached_event
    api POST "/containers/$ctr/start"
    wait_until 30 grep -q "^closed 1000" "$BATS_TEST_TMPDIR/out"
    printf '%s\n' "$(seq 20000)" "" "closed 1000" | cmp - "$BATS_TEST_TMPDIR/out"
    run attached "logs=1&stderr=1"
    [ "$output" = "$(printf 'err\n\nclosed 1000')" ]
}

@test "input goes in, a letter or a megabyte at a time" {
    docker_start '{"Cmd": ["sh", "-c", "while read line; do echo got $line; done"], "OpenStdin": true}'
    run attached "stream=1&stdin=1&stdout=1" $'hello\nenough\n'
    [[ $output == *"got hello"*"got enough"*"closed "* ]]
    docker_start '{"Cmd": ["sh", "-c", "head -n 1 | wc -c; echo enough"], "OpenStdin": true}'
    run attached "stream=1&stdin=1&stdout=1" long
    [[ $output == *1000001*enough*"closed "* ]]
}

@test "a terminal works, and its keys detach" {
    docker_start '{"Cmd": ["sh"], "OpenStdin": true, "Tty": true}'
    run attached "stream=1&stdin=1&stdout=1&detachKeys=ctrl-x" $'echo $((6 * 7))\n'
    [[ $output == *42*"closed 1000"* ]]
    api GET "/containers/$ctr/json"
    json .State.Running
}

@test "what was logged before comes first" {
    docker_create '{"Cmd": ["echo", "said earlier"]}'
    api POST "/containers/$ctr/start"
    api POST "/containers/$ctr/wait"
    run attached "logs=1&stdout=1"
    [[ $output == *"said earlier"*"closed 1000"* ]]
}

@test "a handshake that is none is refused" {
    docker_create
    api GET "/containers/$ctr/attach/ws?stream=1"
    refused 400 "Upgrade: got nothing, expected websocket"
    api GET "/containers/$ctr/attach/ws?stream=1" -H "Upgrade: websocket" -H "Connection: Upgrade" -H "Sec-WebSocket-Version: 8"
    refused 400 "Sec-WebSocket-Version: got 8, expected 13"
    api GET "/containers/$ctr/attach/ws?stream=1" -H "Upgrade: websocket" -H "Connection: Upgrade" -H "Sec-WebSocket-Version: 13" \
        -H "Sec-WebSocket-Key: short"
    refused 400 "Sec-WebSocket-Key"
    ctr=nobody
    run attached "stream=1"
    [[ $output == *"No such container: nobody"* ]]
}
