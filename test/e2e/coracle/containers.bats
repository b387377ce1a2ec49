# coracle ps, logs, stop, kill, wait, rm
load "$E2E/lib/e2e"
load client

@test "ps lists what runs, ps -a also the rest" {
    begin "$IMAGE" "${WAITER[@]}"
    running=$name
    begin "$IMAGE" sh -c 'exit 3'
    ended=$name
    [ "$(coracle wait "$ended")" = 3 ]
    coracle ps >"$BATS_TEST_TMPDIR/ps"
    head -n 1 "$BATS_TEST_TMPDIR/ps" | grep -E '^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$'
    grep -E "^[0-9a-f]{12} +$IMAGE +sh -c trap .exit 0. T\.\.\. .*ago +Up .* +$running\$" "$BATS_TEST_TMPDIR/ps"
    run ! grep "$ended" "$BATS_TEST_TMPDIR/ps"
    coracle ps -a | grep -E "Exited \(3\) .* ago +$ended\$"
}

@test "the columns of a table stand below each other" {
    begin "$IMAGE" "${WAITER[@]}"
    coracle ps -a | awk 'NR == 1 { at = index($0, "NAMES") } NR > 1 && substr($0, at - 2, 2) != "  " { bad = 1 } END { exit bad }'
}

@test "ps -q, --format json and templates are for scripts" {
    begin "$IMAGE" "${WAITER[@]}"
    coracle ps -q | grep -x "$ctr"
    coracle ps --format json | jq -es --arg id "$ctr" 'map(select(.Id == $id)) | length == 1'
    coracle ps --format '{{.Names}}\t{{.State}} {{json .Names}}' | grep -xF "$name"$'\trunning ["'"$name"'"]'
    fails 125 'there is no member "Nothing"' coracle ps --format '{{.Nothing}}'
    fails 125 '"{{" without "}}"' coracle ps --format '{{.Id'
}

@test "logs shows both streams apart, the last lines, times, and what comes" {
    begin "$IMAGE" sh -c 'echo one; echo two; echo three >&2'
    coracle wait "$ctr"
    run --separate-stderr -0 coracle logs "$name"
    [ "$output" = $'one\ntwo' ]
    [ "$stderr" = three ]
    [[ $(coracle logs -n 1 "$name" 2>&1) =~ ^(two|three)$ ]] # two pipes: conmon may read either first
    coracle logs -t --tail 2 "$name" | grep -E '^[0-9]{4}-[0-9-]+T[0-9:.]+(Z|[+-][0-9:]+) two$'
    [ "$(coracle logs --until 1 "$name" 2>&1)" = "" ]
    fails 125 tail coracle logs --tail many "$name"
    fails 125 no-such-container coracle logs no-such-container
}

@test "logs -f stays to the end" {
    begin "$IMAGE" sh -c 'trap "echo bye; exit" TERM; echo hello; sleep infinity & wait'
    background "$BATS_TEST_TMPDIR/out" "${CORACLE[@]}" logs -f "$name"
    wait_until 10 file_has "$BATS_TEST_TMPDIR/out" hello
    coracle stop "$name"
    wait "$background"
    [ "$(cat "$BATS_TEST_TMPDIR/out")" = $'hello\nbye' ]
}

@test "stop waits as long as it is told, then kills" {
    begin "$IMAGE" sh -c 'trap "" TERM; sleep infinity'
    [ "$(coracle stop -t 1 "$name")" = "$name" ]
    [ "$(coracle wait "$ctr")" = 137 ]
    begin "$IMAGE" "${WAITER[@]}"
    coracle stop --time 30 "$ctr"
    [ "$(coracle inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$ctr")" = "exited 0" ]
    coracle stop "$ctr"
}

@test "kill sends the signal that is named" {
    begin "$IMAGE" sh -c 'trap "echo usr1" USR1; echo ready; while :; do sleep infinity & wait; done'
    wait_until 10 eval '[ "$(coracle logs "$ctr")" = ready ]'
    coracle kill -s USR1 "$name"
    wait_until 10 eval 'coracle logs "$ctr" | grep usr1'
    coracle kill "$name"
    [ "$(coracle wait "$name")" = 137 ]
    fails 125 SIGWRONG coracle kill --signal SIGWRONG "$name"
}

@test "rm tries all it is given and says what went wrong" {
    begin "$IMAGE" true
    coracle wait "$ctr"
    first=$ctr
    begin "$IMAGE" "${WAITER[@]}"
    run --separate-stderr -125 coracle rm no-such-container "$first" "$ctr"
    [ "$output" = "$first" ]
    [[ $stderr == *no-such-container*running* || $stderr == *running*no-such-container* ]]
    [ "$(coracle rm -f "$ctr")" = "$ctr" ]
}

@test "arguments that are missing give the usage" {
    for command in logs stop kill wait rm inspect pull; do
        fails 125 "usage: coracle $command" coracle "$command"
    done
    fails 125 "usage: coracle ps" coracle ps more
}

@test "init sets a container up, and what is initialized is told apart" {
    create
    [ "$(coracle init "$name")" = "$name" ]
    coracle ps -a --format '{{.Names}} {{.State}}' | grep -q "$name.* initialized\$"
    fails 125 nosuch coracle init nosuch
    fails 125 "usage: coracle init" coracle init
}
