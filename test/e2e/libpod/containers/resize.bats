load "$E2E/lib/e2e"

@test "a running terminal is resized" {
    start '{"terminal":true,"command":["sh","-c","trap \"stty size\" WINCH; echo up; while :; do sleep 0.05; done"]}'
    wait_until 60 says up
    api POST "/libpod/containers/$ctr/resize?h=41&w=131"
    [ "$status" = 200 ]
    wait_until 60 says "41 131"
}

says() { # TEXT
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [[ $body == *"$1"* ]]
}

@test "a size between attach and start is the terminal's first" {
    only_for coracle
    create '{"terminal":true,"stdin":true,"command":["sh","-c","stty size"]}'
    HOLD=1 python3 "$E2E/lib/hijack.py" "$SOCKET" "$BATS_TEST_TMPDIR/head" POST \
        "/libpod/containers/$ctr/attach?stream=true&stdout=true" </dev/null >"$BATS_TEST_TMPDIR/out" 3>&- &
    local client=$!
    wait_until 60 file_has "$BATS_TEST_TMPDIR/head" 101
    api POST "/libpod/containers/$ctr/resize?h=17&w=71"
    [ "$status" = 200 ]
    api POST "/libpod/containers/$ctr/start"
    wait $client
    grep -q "17 71" "$BATS_TEST_TMPDIR/out"
}

@test "what does not run is a conflict, or nothing at all when asked" {
    only_for coracle
    create
    api POST "/libpod/containers/$ctr/resize?h=10&w=10"
    refused 409 "$ctr" "container state improper"
    api POST "/libpod/containers/$ctr/resize?h=10&w=10&running=true"
    [ "$status" = 200 ]
}

@test "sizes no terminal has are refused" {
    start '{"terminal":true}'
    api POST "/libpod/containers/$ctr/resize?h=70000&w=10"
    refused 400 70000
    api POST "/libpod/containers/$ctr/resize?h=-1&w=10"
    refused 400 -1
    api POST "/libpod/containers/$ctr/resize?h=tall&w=10"
    refused 400 h tall
}
