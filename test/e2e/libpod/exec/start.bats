load "$E2E/lib/e2e"

prepare() { # DOCUMENT: $session in a running container
    [ -n "${ctr-}" ] || start
    post "/libpod/containers/$ctr/exec" "$1"
    [ "$status" = 201 ]
    session=$(field .Id)
}

run_session() { # [BODY] <input
    local document=${1-}
    hijack POST "/libpod/exec/$session/start" "${document:-{\}}"
}

ended() {
    api GET "/libpod/exec/$session/json"
    json '.Running == false'
}

@test "an attached session gives both streams apart and an exit code" {
    prepare '{"Cmd":["sh","-c","echo out; echo err >&2; exit 11"],"AttachStdout":true,"AttachStderr":true}'
    run_session </dev/null >"$BATS_TEST_TMPDIR/stream"
    [[ $(cat "$headers_file") == "HTTP/1.1 101 UPGRADED"* ]]
    [ "$(unframe out <"$BATS_TEST_TMPDIR/stream")" = out ]
    [ "$(unframe err <"$BATS_TEST_TMPDIR/stream")" = err ]
    wait_until 60 ended
    json '.ExitCode == 11'
}

@test "standard input goes in, and its end closes it" {
    prepare '{"Cmd":["cat"],"AttachStdin":true,"AttachStdout":true}'
    head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/random"
    run_session <"$BATS_TEST_TMPDIR/random" | unframe out | cmp - "$BATS_TEST_TMPDIR/random"
}

@test "environment, user and directory are the session's" {
    prepare '{"Cmd":["sh","-c","echo $A; id -u; pwd"],"Env":["A=b"],"User":"nobody","WorkingDir":"/tmp","AttachStdout":true}'
    [ "$(run_session </dev/null | unframe)" = $'b\n65534\n/tmp' ]
}

@test "a terminal is raw and has the size of the request" {
    prepare '{"Cmd":["sh","-c","until stty size; do :; done 2>/dev/null; tty"],"Tty":true,"AttachStdout":true,"AttachStdin":true}'
    run_session '{"Tty":true,"h":29,"w":99}' </dev/null >"$BATS_TEST_TMPDIR/stream"
    grep -q '29 99' "$BATS_TEST_TMPDIR/stream"
    grep -q '^/dev/pts/' "$BATS_TEST_TMPDIR/stream"
}

@test "a detached session runs on its own" {
    prepare '{"Cmd":["sh","-c","echo made >/made"]}'
    post "/libpod/exec/$session/start" '{"Detach":true}'
    [ "$status" = 200 ]
    [ -z "$body" ]
    wait_until 60 ended
    prepare '{"Cmd":["cat","/made"],"AttachStdout":true}'
    [ "$(run_session </dev/null | unframe)" = made ]
}

@test "a command that is not there is named" {
    prepare '{"Cmd":["/nosuch/command"],"AttachStdout":true}'
    post "/libpod/exec/$session/start" '{"Detach":true}'
    refused 404 /nosuch/command
}

@test "a session runs once" {
    prepare '{"Cmd":["true"],"AttachStdout":true}'
    run_session </dev/null
    post "/libpod/exec/$session/start" '{"Detach":true}'
    refused 409 "$session"
}

@test "a session of a container that ended meanwhile is refused" {
    prepare '{"Cmd":["true"]}'
    api POST "/libpod/containers/$ctr/kill"
    api POST "/libpod/containers/$ctr/wait"
    post "/libpod/exec/$session/start" '{"Detach":true}'
    [ "$status" -ge 400 ]
    [ "$status" -lt 500 ] || [ "$ENGINE" != coracle ]
}

@test "sessions run beside each other" {
    start
    local i
    for i in 1 2 3 4; do
        prepare "{\"Cmd\":[\"sh\",\"-c\",\"touch /$i; until [ -e /1 ] && [ -e /2 ] && [ -e /3 ] && [ -e /4 ]; do sleep 0.05; done; echo $i\"],\"AttachStdout\":true}"
        python3 "$E2E/lib/hijack.py" "$SOCKET" /dev/null POST "/v5.0.0/libpod/exec/$session/start" '{}' \
            </dev/null >"$BATS_TEST_TMPDIR/$i" 3>&- &
    done
    wait
    for i in 1 2 3 4; do
        [ "$(unframe <"$BATS_TEST_TMPDIR/$i")" = "$i" ]
    done
}
