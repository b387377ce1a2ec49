# coracle run
load "$E2E/lib/e2e"
load client

@test "run passes each stream on and ends with the container's exit code" {
    fresh_name
    run --separate-stderr -7 coracle run --name "$name" --network none "$IMAGE" sh -c 'echo out; echo err >&2; exit 7'
    [ "$output" = out ]
    [ "$stderr" = err ]
    coracle ps -a --format '{{.Names}} {{.ExitCode}}' | grep -x "$name 7"
}

@test "run --rm leaves no container" {
    fresh_name
    coracle run --rm --name "$name" --network none "$IMAGE" true
    wait_until 10 fails 125 "$name" coracle inspect "$name"
}

@test "run -i passes standard input and its end on" {
    fresh_name
    output=$(printf 'one\ntwo\n' | coracle run -i --rm --name "$name" --network none "$IMAGE" cat -n)
    [ "$(tail -n 1 <<<"$output" | tr -d ' ')" = $'2\ttwo' ]
}

@test "a large input and a large output do not wait for each other" {
    fresh_name
    head -c 8000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
    coracle run -i --rm --name "$name" --network none "$IMAGE" cat <"$BATS_TEST_TMPDIR/data" | cmp - "$BATS_TEST_TMPDIR/data"
}

@test "run without -i gives an empty standard input" {
    fresh_name
    [ "$(echo unseen | coracle run --rm --name "$name" --network none "$IMAGE" cat)" = "" ]
}

@test "run -d prints the id and does not stay" {
    begin "$IMAGE" "${WAITER[@]}"
    [ "$(coracle inspect --format '{{.State.Status}} {{.Id}}' "$name")" = "running $ctr" ]
}

@test "-e sets a variable, and passes our own on" {
    fresh_name
    OURS=passed coracle run --rm --name "$name" --network none -e "GIVEN=a b" -e OURS -e NOBODYS "$IMAGE" env \
        >"$BATS_TEST_TMPDIR/env"
    grep -x 'GIVEN=a b' "$BATS_TEST_TMPDIR/env"
    grep -x OURS=passed "$BATS_TEST_TMPDIR/env"
    run ! grep NOBODYS "$BATS_TEST_TMPDIR/env"
}

@test "-v mounts a path of the host, read-only when asked" {
    fresh_name
    mkdir "$BATS_TEST_TMPDIR/shared"
    cd "$BATS_TEST_TMPDIR"
    coracle run --rm --name "$name" --network none -v ./shared:/mnt "$IMAGE" sh -c 'echo kept >/mnt/file'
    [ "$(cat shared/file)" = kept ]
    fresh_name
    run -1 coracle run --rm --name "$name" --network none -v "$PWD/shared:/mnt:ro" "$IMAGE" touch /mnt/other
    [[ $output == *"Read-only"* ]]
}

@test "-v of a path alone makes a volume that rm -v takes away" {
    begin -v /data "$IMAGE" "${WAITER[@]}"
    volume=$(coracle inspect --format '{{json .Mounts}}' "$ctr" | jq -r '.[0] | select(.Destination == "/data").Source')
    [ -d "$volume" ]
    coracle rm -f -v "$ctr"
    [ ! -e "$volume" ]
}

@test "-p publishes a port" {
    fresh_name
    port=$((20000 + RANDOM % 10000))
    coracle run -d --name "$name" -p "127.0.0.1:$port:80" "$IMAGE" \
        sh -c 'echo served >/tmp/index.html; exec httpd -f -p 80 -h /tmp'
    wait_until 10 curl -sf -o "$BATS_TEST_TMPDIR/page" "http://127.0.0.1:$port/"
    [ "$(cat "$BATS_TEST_TMPDIR/page")" = served ]
    coracle ps | grep -F "127.0.0.1:$port->80/tcp"
}

@test "-m, -u, -w and --entrypoint say what they say" {
    fresh_name
    run -0 coracle run --name "$name" --network none -m 64m -u 65534 -w /tmp --entrypoint /bin/sh "$IMAGE" -c 'id -u; pwd'
    [ "$output" = $'65534\n/tmp' ]
    [ "$(coracle inspect --format '{{.HostConfig.Memory}}' "$name")" = 67108864 ]
}

@test "a name that is taken is refused, and says whose it is" {
    begin "$IMAGE" "${WAITER[@]}"
    fails 125 "$name" coracle run --name "$name" --network none "$IMAGE" true
}

@test "a program that is not there ends with 127, one that cannot run with 126" {
    fresh_name
    fails 127 nosuchprogram coracle run --name "$name" --network none "$IMAGE" nosuchprogram
    fresh_name
    fails 126 'permission denied' coracle run --name "$name" --network none "$IMAGE" /etc/passwd
}

@test "an image that is not there is pulled first" {
    registry
    push_image "$REGISTRY/coracle-run:first"
    fresh_name
    run --separate-stderr -0 coracle run --rm --name "$name" --network none "$REGISTRY/coracle-run:first" echo pulled
    [ "$output" = pulled ]
    [[ $stderr == *"coracle-run"* ]]
}

@test "an image that nobody has is an error that names it" {
    registry
    fresh_name
    fails 125 no-such-image coracle run --name "$name" "$REGISTRY/no-such-image:latest" true
}

@test "options nobody knows and values that are none are refused by name" {
    fails 125 --frobnicate coracle run --frobnicate "$IMAGE"
    fails 125 '-p "http"' coracle run -p http "$IMAGE"
    fails 125 '-v "relative:path"' coracle run -v relative:path "$IMAGE"
    fails 125 '-m "much"' coracle run -m much "$IMAGE"
    fails 125 'not a terminal' coracle run -it "$IMAGE" </dev/null
    fails 125 'usage: coracle run' coracle run
}
