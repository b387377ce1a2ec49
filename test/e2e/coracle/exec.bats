# coracle exec
load "$E2E/lib/e2e"
load client

@test "exec passes each stream on and ends with the command's exit code" {
    begin "$IMAGE" "${WAITER[@]}"
    run --separate-stderr -5 coracle exec "$name" sh -c 'echo out; echo err >&2; exit 5'
    [ "$output" = out ]
    [ "$stderr" = err ]
}

@test "exec -i passes standard input on, also a lot of it" {
    begin "$IMAGE" "${WAITER[@]}"
    head -c 4000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
    coracle exec -i "$name" cat <"$BATS_TEST_TMPDIR/data" | cmp - "$BATS_TEST_TMPDIR/data"
}

@test "exec takes -e, -u and -w" {
    begin "$IMAGE" "${WAITER[@]}"
    [ "$(coracle exec -e A=b -u 65534 -w /tmp "$name" sh -c 'echo $A; id -u; pwd')" = $'b\n65534\n/tmp' ]
}

@test "exec -d does not stay" {
    begin "$IMAGE" "${WAITER[@]}"
    [ "$(coracle exec -d "$name" sh -c 'echo done >/tmp/detached')" = "" ]
    wait_until 10 coracle exec "$name" cat /tmp/detached
}

@test "exec -it has a terminal that knows its size from the start" {
    begin "$IMAGE" "${WAITER[@]}"
    # crun sets it beside the program's first steps
    run -0 on_terminal 'expect 24 80' -- "${CORACLE[@]}" exec -it "$name" sh -c 'until stty size; do :; done 2>/dev/null'
    run -4 on_terminal 'expect $ ' 'send exit 4\r' -- "${CORACLE[@]}" exec -it -e 'PS1=$ ' "$name" sh
}

@test "the keys that detach leave the command running" {
    begin "$IMAGE" "${WAITER[@]}"
    run -0 on_terminal 'expect ready' 'send \x10\x11' -- "${CORACLE[@]}" exec -it "$name" \
        sh -c 'echo ready; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo done >/tmp/left'
    coracle exec "$name" touch /tmp/go
    wait_until 10 coracle exec "$name" cat /tmp/left
}

@test "exec of a missing container, of one that ended, and of a missing program are errors that name it" {
    fails 125 no-such-container coracle exec no-such-container true
    begin "$IMAGE" true
    coracle wait "$ctr"
    fails 125 "not running" coracle exec "$ctr" true
    begin "$IMAGE" "${WAITER[@]}"
    run -127 coracle exec "$name" nosuchprogram
    [[ $output == *nosuchprogram* ]]
    fails 125 'usage: coracle exec' coracle exec "$name"
}

@test "a signal ends exec without a terminal" {
    begin "$IMAGE" "${WAITER[@]}"
    background "$BATS_TEST_TMPDIR/out" "${CORACLE[@]}" exec "$name" sh -c 'echo ready; sleep infinity & wait'
    wait_until 10 file_has "$BATS_TEST_TMPDIR/out" ready
    kill -TERM "$background"
    ends 143
}
