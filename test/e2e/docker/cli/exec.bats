# docker exec, logs and attach by the real clients.
load "$E2E/lib/e2e"
load clients

sleeper() { # $name runs
    fresh_name
    client run --network none -d --name "$name" busybox sleep 1000
}

@test "exec keeps the streams apart and ends with the command's exit code" {
    check() {
        sleeper || return 1
        run -4 --separate-stderr client exec "$name" sh -c 'echo out; echo err >&2; exit 4'
        [ "$output" = out ] && [ "$stderr" = err ] || return 1
        [ "$(echo through | client exec -i "$name" cat)" = through ]
        [ "$(client exec -e A=b -w /tmp -u 5 "$name" sh -c 'echo "$A $PWD $(id -u)"')" = "b /tmp 5" ]
    }
    with_each_client check
}

@test "exec -d returns at once and the command runs" {
    check() {
        sleeper || return 1
        client exec -d "$name" sh -c 'echo done >/made; sleep 1000' || return 1
        wait_until 5 client exec "$name" test -s /made
    }
    with_each_client check
}

@test "exec of a command that is not there says so and ends with 127" {
    check() {
        sleeper || return 1
        run -127 client exec "$name" nosuchcommand
        [[ $output == *"not found"* ]] || return 1
        run -126 client exec "$name" /etc/passwd
        [[ $output == *"permission denied"* ]]
    }
    with_each_client check
}

@test "exec in a container that does not run is refused" {
    check() {
        fresh_name
        client create --network none --name "$name" busybox true || return 1
        run -1 client exec "$name" true
        [[ $output == *"container "*" is not running"* ]]
    }
    with_each_client check
}

@test "logs shows both streams, tail, timestamps and since" {
    check() {
        fresh_name
        client run --network none --name "$name" busybox sh -c 'echo 1; echo 2 >&2; sleep 0.2; echo 3' || return 1
        run -0 --separate-stderr client logs "$name"
        [ "$output" = $'1\n3' ] && [ "$stderr" = 2 ] || return 1
        [ "$(client logs --tail 1 "$name" 2>/dev/null)" = 3 ] || return 1
        [[ $(client logs --tail 1 -t "$name") == 20*T*Z\ 3 ]] || return 1
        [ -z "$(client logs --since 2100-01-01T00:00:00 "$name" 2>&1)" ]
    }
    with_each_client check
}

@test "logs -f follows until the container ends, from before its start" {
    check() {
        fresh_name
        client create --network none --name "$name" busybox sh -c 'echo first; sleep 0.3; echo last' || return 1
        background "$BATS_TEST_TMPDIR/followed" "${words[@]}" logs -f "$name"
        client start "$name" || return 1
        wait_until 10 file_has "$BATS_TEST_TMPDIR/followed" last
        wait_until 10 ended "$background"
        [ "$(cat "$BATS_TEST_TMPDIR/followed")" = $'first\nlast' ]
    }
    ended() { # PID
        ! kill -0 "$1" 2>/dev/null
    }
    with_each_client check
}

@test "attach sees what comes and ends with the container's exit code" {
    check() {
        fresh_name
        client run --network none -d --name "$name" busybox sh -c 'trap "echo bye; exit 6" USR1; while :; do echo tick; sleep 0.1; done' || return 1
        background "$BATS_TEST_TMPDIR/attached" "${words[@]}" attach "$name"
        wait_until 10 file_has "$BATS_TEST_TMPDIR/attached" tick
        client kill -s USR1 "$name"
        local code=0
        wait "$background" || code=$?
        [ $code = 6 ] && file_has "$BATS_TEST_TMPDIR/attached" bye
    }
    with_each_client check
}
