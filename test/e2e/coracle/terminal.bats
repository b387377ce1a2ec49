# coracle run: signals and terminals
load "$E2E/lib/e2e"
load client

@test "a signal goes on to the container" {
    fresh_name
    background "$BATS_TEST_TMPDIR/out" "${CORACLE[@]}" run --name "$name" --network none "$IMAGE" \
        sh -c 'trap "echo caught; exit 9" INT; echo ready; sleep infinity & wait'
    wait_until 10 file_has "$BATS_TEST_TMPDIR/out" ready
    kill -INT "$background"
    ends 9
    file_has "$BATS_TEST_TMPDIR/out" caught
}

@test "the third signal ends the client when the container ignores them" {
    fresh_name
    background "$BATS_TEST_TMPDIR/out" "${CORACLE[@]}" run --name "$name" --network none "$IMAGE" \
        sh -c 'trap "echo ignored" TERM; echo ready; while :; do sleep infinity & wait; done'
    wait_until 10 file_has "$BATS_TEST_TMPDIR/out" ready
    kill -TERM "$background"
    wait_until 10 file_has "$BATS_TEST_TMPDIR/out" ignored
    kill -TERM "$background"
    wait_until 10 eval '[ "$(grep -c ignored "$BATS_TEST_TMPDIR/out")" = 2 ]'
    kill -TERM "$background"
    ends 143
    [ "$(coracle inspect --format '{{.State.Status}}' "$name")" = running ]
}

@test "-it gives a terminal of the right size, and tells changes" {
    fresh_name
    run -0 on_terminal 'expect $ ' 'send tty\r' 'expect /dev/pts/0' 'send stty size\r' 'expect 24 80' 'size 30 100' \
        'send until stty size | grep 30; do :; done\r' 'expect 30 100' 'send exit\r' -- \
        "${CORACLE[@]}" run -it --rm --name "$name" --network none -e 'PS1=$ ' "$IMAGE" sh
}

@test "^C is the program's on a terminal" {
    fresh_name
    run -5 on_terminal 'expect ready' 'send \x03' 'expect caught' -- "${CORACLE[@]}" run -it --rm --name "$name" \
        --network none "$IMAGE" sh -c 'trap "echo caught; exit 5" INT; echo ready; sleep infinity & wait'
}

@test "the keys that detach leave the container running and end with 0" {
    fresh_name
    run -0 on_terminal 'expect ready' 'send \x10\x11' -- "${CORACLE[@]}" run -it --name "$name" --network none "$IMAGE" \
        sh -c 'echo ready; sleep infinity & wait'
    [ "$(coracle inspect --format '{{.State.Status}}' "$name")" = running ]
}

@test "--detach-keys chooses other keys" {
    fresh_name
    run -0 on_terminal 'expect ready' 'send \x10\x11' 'expect ^P' 'send \x18q' -- "${CORACLE[@]}" run -it --name "$name" \
        --detach-keys ctrl-x,q --network none "$IMAGE" sh -c 'echo ready; sleep infinity & wait'
    [ "$(coracle inspect --format '{{.State.Status}}' "$name")" = running ]
    fails 125 'Invalid detach keys' coracle run --detach-keys ctrl-1 "$IMAGE"
}

@test "the terminal is what it was when run ends" {
    fresh_name
    run -0 on_terminal 'expect same' -- bash -c 'before=$(stty -g); "$@" || exit 1; [ "$before" = "$(stty -g)" ] && echo same' \
        bash "${CORACLE[@]}" run -it --rm --name "$name" --network none "$IMAGE" true
}
