load "$E2E/lib/e2e"

talker='{"OpenStdin": true, "StdinOnce": true, "Cmd": ["sh", "-c", "read line; echo \"got $line\"; echo bad >&2"]}'

@test "attach joins input and output of a container that runs" {
    docker_start "$talker"
    echo hello | hijack POST "/containers/$ctr/attach?stream=1&stdin=1&stdout=1&stderr=1" >"$BATS_TEST_TMPDIR/out"
    [ "$(unframe out <"$BATS_TEST_TMPDIR/out")" = "got hello" ]
    [ "$(unframe err <"$BATS_TEST_TMPDIR/out")" = bad ]
}

@test "attach drops a JSON body, which is not the container's input" {
    docker_start "$talker"
    echo hello | hijack POST "/containers/$ctr/attach?stream=1&stdin=1&stdout=1" '{"stream": true}' >"$BATS_TEST_TMPDIR/out"
    [ "$(unframe out <"$BATS_TEST_TMPDIR/out")" = "got hello" ]
}

@test "attach says by its level what the stream is" {
    says() { # LINE TYPE: the head of what was hijacked
        head -n 1 "$headers_file" | grep -q "$1"
        grep -qi "^Content-Type: $2.\?\$" "$headers_file"
    }
    docker_create
    hijack POST "/v1.41/containers/$ctr/attach?logs=1&stdout=1" </dev/null
    says '101 UPGRADED' application/vnd.docker.raw-stream
    hijack POST "/v1.42/containers/$ctr/attach?logs=1&stdout=1" </dev/null
    says '101 UPGRADED' application/vnd.docker.multiplexed-stream
    docker_create '{"Tty": true}'
    hijack POST "/v1.42/containers/$ctr/attach?logs=1&stdout=1" </dev/null
    says '101 UPGRADED' application/vnd.docker.raw-stream
    NO_UPGRADE=1 hijack POST "/containers/$ctr/attach?logs=1&stdout=1" </dev/null
    says '200 OK' application/vnd.docker.raw-stream
}

@test "attach before the start loses nothing" {
    docker_create '{"Cmd": ["echo", "a moment"]}'
    HOLD=1 background "$BATS_TEST_TMPDIR/out" python3 "$E2E/lib/hijack.py" "$SOCKET" "$BATS_TEST_TMPDIR/head" POST \
        "/containers/$ctr/attach?stream=1&stdout=1&stderr=1"
    wait_until 10 file_has "$BATS_TEST_TMPDIR/head" 101
    api POST "/containers/$ctr/start"
    wait "$background"
    [ "$(unframe <"$BATS_TEST_TMPDIR/out")" = "a moment" ]
}

@test "attach with logs sends what was said before" {
    docker_start '{"Cmd": ["echo", "before"]}'
    api POST "/containers/$ctr/wait"
    [ "$(hijack POST "/containers/$ctr/attach?logs=1&stdout=1" </dev/null | unframe)" = before ]
}

@test "attach refuses keys that are none, a paused container and a missing one" {
    docker_start
    api POST "/containers/$ctr/attach?stream=1&detachKeys=zz-"
    [ "$status" = 400 ]
    [[ $body == *zz-* ]]
    api POST "/containers/$ctr/pause"
    api POST "/containers/$ctr/attach?stream=1"
    [ "$status" = 409 ]
    [[ $body == *"is paused, unpause the container before attach"* ]]
    api POST '/containers/nosuch/attach?stream=1'
    [ "$status" = 404 ]
    [[ $body == *"No such container: nosuch"* ]]
}
