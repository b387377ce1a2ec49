load "$E2E/lib/e2e"

attach() { # NAME [QUERY] <input: as podman-remote does it, before the start
    hijack POST "/libpod/containers/$1/attach?stream=true&stdin=true&stdout=true&stderr=true${2-}"
}

# Starts the container of $ctr once somebody is attached, which its event tells.
start_when_attached() {
    (
        wait_until 60 is_attached "$1"
        api POST "/libpod/containers/$1/start"
    ) >/dev/null 2>&1 3>&- &
}

is_attached() { # ID
    api GET "/libpod/events?stream=false&filters=$(quote "{\"container\":[\"$1\"],\"event\":[\"attach\"]}")"
    [ -n "$body" ]
}

@test "an attached client loses nothing of a container that lives a moment" {
    only_for coracle
    local round
    for round in 1 2 3; do
        create '{"command":["sh","-c","echo first; echo second >&2"]}'
        start_when_attached "$ctr"
        attach "$ctr" </dev/null >"$BATS_TEST_TMPDIR/stream"
        [[ $(cat "$headers_file") == "HTTP/1.1 101 UPGRADED"* ]]
        [ "$(unframe out <"$BATS_TEST_TMPDIR/stream")" = first ]
        [ "$(unframe err <"$BATS_TEST_TMPDIR/stream")" = second ]
    done
}

@test "standard input goes in, and its end closes it" {
    only_for coracle
    create '{"command":["cat"],"stdin":true}'
    start_when_attached "$ctr"
    printf 'one\ntwo\n' | attach "$ctr" >"$BATS_TEST_TMPDIR/stream"
    [ "$(unframe <"$BATS_TEST_TMPDIR/stream")" = $'one\ntwo' ]
    api POST "/libpod/containers/$ctr/wait"
    [ "$body" = 0 ]
}

@test "a megabyte goes in and comes out unchanged" {
    only_for coracle
    create '{"command":["cat"],"stdin":true}'
    start_when_attached "$ctr"
    head -c 1000000 /dev/urandom >"$BATS_TEST_TMPDIR/random"
    attach "$ctr" <"$BATS_TEST_TMPDIR/random" | unframe out | cmp - "$BATS_TEST_TMPDIR/random"
}

@test "a running container's output is joined, with what it said before on demand" {
    start '{"command":["sh","-c","echo before; cat"],"stdin":true}'
    wait_until 60 logged "$ctr" before
    echo input | attach "$ctr" '&logs=true' >"$BATS_TEST_TMPDIR/stream"
    [ "$(unframe <"$BATS_TEST_TMPDIR/stream")" = $'before\ninput' ]
}

logged() { # ID TEXT
    api GET "/libpod/containers/$1/logs?stdout=true"
    [[ $body == *"$2"* ]]
}

@test "a terminal's stream is raw" {
    start '{"command":["sh","-c","stty -echo; echo ready; read line; echo got $line"],"terminal":true,"stdin":true}'
    wait_until 60 logged "$ctr" ready
    run bash -c 'printf "word\n" | HOLD=1 python3 "$E2E/lib/hijack.py" "$SOCKET" /dev/null POST "'"$(versioned "/libpod/containers/$ctr/attach?stream=true&stdin=true&stdout=true")"'"'
    [[ $output == *"got word"* ]]
    [[ $output != *$'\x01'* ]]
}

versioned() { # PATH: podman has these with a version alone
    echo "/v5.0.0$1"
}

@test "a client that does not ask to upgrade gets 200 and the same stream" {
    only_for coracle
    create '{"command":["echo","plain"]}'
    start_when_attached "$ctr"
    NO_UPGRADE=1 attach "$ctr" </dev/null >"$BATS_TEST_TMPDIR/stream"
    [[ $(cat "$headers_file") == "HTTP/1.1 200 OK"* ]]
    [ "$(unframe <"$BATS_TEST_TMPDIR/stream")" = plain ]
}

@test "detach keys detach and leave the container running" {
    start '{"command":["cat"],"terminal":true,"stdin":true}'
    run bash -c 'printf "\x01x" | HOLD=1 timeout 20 python3 "$E2E/lib/hijack.py" "$SOCKET" /dev/null POST "'"$(versioned "/libpod/containers/$ctr/attach?stream=true&stdin=true&stdout=true&detachKeys=ctrl-a,x")"'"'
    [ "$status" -eq 0 ]
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running'
}

@test "two clients both see the output" {
    start '{"command":["sh","-c","read line; echo to all: $line"],"stdin":true}'
    local i
    for i in 1 2; do
        HOLD=1 python3 "$E2E/lib/hijack.py" "$SOCKET" "$BATS_TEST_TMPDIR/head$i" POST \
            "$(versioned "/libpod/containers/$ctr/attach?stream=true&stdout=true")" </dev/null >"$BATS_TEST_TMPDIR/out$i" 3>&- &
        wait_until 60 file_has "$BATS_TEST_TMPDIR/head$i" 101
    done
    echo hello | attach "$ctr" >"$BATS_TEST_TMPDIR/out3"
    wait_until 60 file_has "$BATS_TEST_TMPDIR/out1" "to all: hello"
    wait_until 60 file_has "$BATS_TEST_TMPDIR/out2" "to all: hello"
    [[ $(unframe <"$BATS_TEST_TMPDIR/out3") == "to all: hello" ]]
    wait
}

@test "bad detach keys and a paused container are refused before the upgrade" {
    start
    hijack POST "/libpod/containers/$ctr/attach?detachKeys=nosuchkey" </dev/null >"$BATS_TEST_TMPDIR/reply" && return 1
    grep -q nosuchkey "$BATS_TEST_TMPDIR/reply"
    api POST "/libpod/containers/$ctr/pause"
    hijack POST "/libpod/containers/$ctr/attach" </dev/null >"$BATS_TEST_TMPDIR/reply" && return 1
    grep -q paused "$BATS_TEST_TMPDIR/reply"
}
