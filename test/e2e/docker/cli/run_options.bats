# Options of docker run by the real clients.
load "$E2E/lib/e2e"
load clients

@test "run -v binds a folder, keeps a named volume and forgets an anonymous one" {
    check() {
        fresh_folder
        echo seen >"$folder/file"
        [ "$(client run --network none --rm -v "$folder:/b" busybox sh -c 'cat /b/file; echo back >/b/answer')" = seen ] || return 1
        [ "$(cat "$folder/answer")" = back ] || return 1
        run -1 client run --network none --rm -v "$folder:/b:ro" busybox touch /b/no
        local volume=v$RANDOM$RANDOM
        client run --network none --rm -v "$volume:/v" busybox sh -c 'echo one >/v/kept' || return 1
        [ "$(client run --network none --rm -v "$volume:/v" busybox cat /v/kept)" = one ] || return 1
        fresh_name
        client run --network none --name "$name" -v /anonymous busybox touch /anonymous/file || return 1
        local source
        source=$(client inspect -f '{{(index .Mounts 0).Source}}' "$name")
        [ -e "$source/file" ] || return 1
        client rm -v "$name" && [ ! -e "$source" ]
    }
    with_each_client check
}

@test "a bind of a missing source makes it in the short form and is refused in the long one" {
    check() {
        fresh_folder
        client run --network none --rm -v "$folder/made:/b" busybox true && [ -d "$folder/made" ] || return 1
        run -125 client run --network none --rm --mount "type=bind,source=$folder/missing,target=/b" busybox true
        [[ $output == *"bind source path does not exist: $folder/missing"* ]]
    }
    with_each_client check
}

@test "run -e, -w, -u, -h and --entrypoint reach the process" {
    check() {
        [ "$(client run --network none --rm -e A=1 -e B='two words' busybox sh -c 'echo "$A $B"')" = "1 two words" ] || return 1
        [ "$(client run --network none --rm -w /tmp busybox pwd)" = /tmp ] || return 1
        [ "$(client run --network none --rm -u 12:34 busybox sh -c 'echo "$(id -u) $(id -g)"')" = "12 34" ] || return 1
        [ "$(client run --network none --rm -h thehost busybox hostname)" = thehost ] || return 1
        [ "$(client run --network none --rm --entrypoint echo busybox from entrypoint)" = "from entrypoint" ]
    }
    with_each_client check
}

@test "run --memory is a limit of the cgroup" {
    check() {
        local read='cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null'
        [ "$(client run --network none --rm --memory 48m busybox sh -c "$read" | head -n 1)" = $((48 << 20)) ] || return 1
        fresh_name
        client create --network none --name "$name" --memory 48m busybox
        [ "$(client inspect -f '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}' "$name")" = "$((48 << 20)) $((96 << 20))" ]
    }
    with_each_client check
}

@test "run --init has an init as its first process that passes signals on" {
    check() {
        fresh_name
        client run --network none -d --init --name "$name" busybox sleep 1000 || return 1
        [[ $(client exec "$name" cat /proc/1/cmdline | tr '\0' ' ') == *init* ]] || return 1
        local start=$SECONDS
        client stop -t 60 "$name"
        [ $((SECONDS - start)) -lt 45 ]
        [ "$(client inspect -f '{{.State.ExitCode}}' "$name")" = 143 ]
    }
    with_each_client check
}

@test "run --network none has no way out, host has the host's" {
    check() {
        [ "$(client run --rm --network none busybox sh -c 'ls /sys/class/net')" = lo ] || return 1
        [ "$(client run --rm --network host busybox sh -c 'readlink /proc/self/ns/net')" = "$(readlink /proc/self/ns/net)" ]
    }
    with_each_client check
}

@test "run --tmpfs, --read-only and --cap-drop do what they say" {
    check() {
        [[ $(client run --network none --rm --tmpfs /t:size=1m busybox df -k /t | tail -n 1) == *1024* ]] || return 1
        run -1 client run --network none --rm --read-only busybox touch /no
        run -1 client run --network none --rm --cap-drop ALL busybox chown 1 /etc/passwd
    }
    with_each_client check
}
