load "$E2E/lib/e2e"

@test "the root is exported, without what is mounted in it" {
    docker_start '{"Cmd": ["sh", "-c", "echo text >/file && echo hidden >/v/file && ln -s x /link && rm /etc/group && touch /ready && exec sleep infinity"], "Volumes": {"/v": {}}}'
    wait_until 10 is_ready
    check() {
        api GET "/containers/$ctr/export"
        [ "$status" = 200 ]
        [ "$(header content-type)" = application/octet-stream ]
        [ "$(tar -xOf "$body_file" file)" = text ]
        tar -tvf "$body_file" | grep -q ' link -> x$'
        tar -tf "$body_file" | grep -qx bin/busybox
        tar -tf "$body_file" | grep -qx v/
        ! tar -tf "$body_file" | grep -qE '^(v/file|proc/.|etc/group)'
    }
    check
    api POST "/containers/$ctr/stop?t=0"
    check
}
is_ready() {
    api HEAD "/containers/$ctr/archive?path=/ready"
    [ "$status" = 200 ]
}

@test "an export that nobody reads stops nothing else" {
    docker_start '{"Cmd": ["sh", "-c", "head -c 50000000 /dev/zero >/big && touch /ready && exec sleep infinity"]}'
    wait_until 10 is_ready
    mkfifo "$BATS_TEST_TMPDIR/never"
    exec 8<>"$BATS_TEST_TMPDIR/never"
    background /dev/null curl -sS --unix-socket "$SOCKET" -o "$BATS_TEST_TMPDIR/never" "http://e2e/containers/$ctr/export"
    wait_until 10 bash -c "exec 9<$BATS_TEST_TMPDIR/never && head -c 1000 <&9 | grep -q ."
    api GET "/containers/$ctr/json"
    [ "$status" = 200 ]
    api POST "/containers/$ctr/stop?t=0"
    [ "$status" = 204 ]
    api DELETE "/containers/$ctr"
    [ "$status" = 204 ]
}

@test "the export of a missing container is a 404 that names it" {
    api GET /containers/nosuch/export
    refused 404 nosuch
}
