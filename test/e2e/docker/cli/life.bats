# The life of a container by the real clients: create start stop kill restart pause wait rename rm.
load "$E2E/lib/e2e"
load clients

sleeper() { # [docker run options]: $name runs
    fresh_name
    client run --network none -d --name "$name" "$@" busybox sleep 1000
}

@test "create, start -a and wait" {
    check() {
        fresh_name
        client create --network none --name "$name" busybox sh -c 'echo said; exit 4' || return 1
        run -4 client start -a "$name"
        [ "$output" = said ]
        [ "$(client wait "$name")" = 4 ]
        run -4 client start -a "$name"
        [ "$output" = said ]
    }
    with_each_client check
}

@test "start -ai joins input and output" {
    check() {
        fresh_name
        client create --network none -i --name "$name" busybox cat || return 1
        [ "$(echo through | client start -ai "$name")" = through ]
    }
    with_each_client check
}

@test "wait ends when the container does" {
    check() {
        sleeper || return 1
        background "$BATS_TEST_TMPDIR/code" "${words[@]}" wait "$name"
        client kill "$name"
        wait_until 10 file_has "$BATS_TEST_TMPDIR/code" 137
    }
    with_each_client check
}

@test "stop sends the container's signal and kills after the time" {
    check() {
        fresh_name
        client run --network none -d --name "$name" --stop-signal USR1 busybox \
            sh -c 'trap "exit 9" USR1; echo ready; while :; do sleep 0.1; done' || return 1
        wait_until 10 logged "$name" ready
        client stop -t 20 "$name"
        [ "$(client inspect -f '{{.State.ExitCode}}' "$name")" = 9 ] || return 1
        sleeper || return 1
        client stop -t 1 "$name"
        [ "$(client inspect -f '{{.State.ExitCode}}' "$name")" = 137 ] || return 1
        client stop "$name"
    }
    logged() { # NAME TEXT
        docker logs "$1" 2>&1 | grep -q "$2"
    }
    with_each_client check
}

@test "kill sends any signal and says which container does not run" {
    check() {
        sleeper || return 1
        client kill -s STOP "$name" && client kill -s CONT "$name" && client kill "$name" || return 1
        client wait "$name"
        run -1 client kill "$name"
        [[ $output == *"cannot kill container: $name: container "*" is not running"* ]]
    }
    with_each_client check
}

@test "restart gives a new process" {
    check() {
        sleeper || return 1
        local before
        before=$(client inspect -f '{{.State.Pid}}' "$name")
        client restart -t 0 "$name" || return 1
        [ "$(client inspect -f '{{.State.Running}}' "$name")" = true ]
        [ "$(client inspect -f '{{.State.Pid}}' "$name")" != "$before" ]
    }
    with_each_client check
}

@test "pause stops its processes, unpause lets them go on" {
    check() {
        sleeper || return 1
        client pause "$name" || return 1
        [[ $(client ps --filter "name=$name" --format '{{.Status}}') == *"(Paused)" ]] || return 1
        run -1 client exec "$name" true
        [[ $output == *"is paused"* ]] || return 1
        run -1 client pause "$name"
        [[ $output == *"already paused"* ]] || return 1
        client unpause "$name" && client exec "$name" true
    }
    with_each_client check
}

@test "rename changes the name, and refuses one that is taken" {
    check() {
        sleeper || return 1
        local first=$name
        fresh_name
        client rename "$first" "$name" || return 1
        [ "$(client inspect -f '{{.Name}}' "$name")" = "/$name" ] || return 1
        local taken=$name
        sleeper || return 1
        run -1 client rename "$name" "$taken"
        [[ $output == *"The container name \"/$taken\" is already in use by container"* ]]
    }
    with_each_client check
}

@test "rm refuses a running container, rm -f ends it at once" {
    check() {
        sleeper --stop-timeout 60 || return 1
        run -1 client rm "$name"
        [[ $output == *"container is running: stop the container before removing or force remove"* ]] || return 1
        local start=$SECONDS
        client rm -f "$name" || return 1
        [ $((SECONDS - start)) -lt 45 ] || return 1
        run -1 client inspect "$name"
        [[ $output == *"No such"*"$name"* ]] || return 1
        run client rm "$name"
        [ "$status" = 1 ] && [[ $output == *"No such container: $name"* ]]
    }
    with_each_client check
}
