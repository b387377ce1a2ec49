load "$E2E/lib/e2e"

prepare() { # DOCUMENT: $exec
    docker_start
    again "$1"
}

again() { # DOCUMENT
    post "/containers/$ctr/exec" "$1"
    [ "$status" = 201 ]
    exec=$(field .Id)
}

@test "start runs the command and frames what it writes" {
    prepare '{"Cmd": ["sh", "-c", "echo out; echo err >&2; exit 3"], "AttachStdout": true, "AttachStderr": true}'
    hijack POST "/exec/$exec/start" '{}' </dev/null >"$BATS_TEST_TMPDIR/out"
    [ "$(unframe out <"$BATS_TEST_TMPDIR/out")" = out ]
    [ "$(unframe err <"$BATS_TEST_TMPDIR/out")" = err ]
    api GET "/exec/$exec/json"
    json '.ExitCode == 3 and (.Running | not)'
}

@test "the start's Tty decides about frames, whatever the session has" {
    prepare '{"Cmd": ["echo", "x"], "AttachStdout": true}'
    [ "$(hijack POST "/exec/$exec/start" '{"Tty": true}' </dev/null)" = x ]
    again '{"Cmd": ["echo", "x"], "AttachStdout": true, "Tty": true}'
    [ "$(hijack POST "/exec/$exec/start" '{"Tty": false}' </dev/null | unframe)" = $'x\r' ]
}

@test "start says by its level what the stream is" {
    prepare '{"Cmd": ["true"], "AttachStdout": true}'
    hijack POST "/v1.41/exec/$exec/start" '{}' </dev/null
    grep -qi '^Content-Type: application/vnd.docker.raw-stream' "$headers_file"
    again '{"Cmd": ["true"], "AttachStdout": true}'
    hijack POST "/v1.42/exec/$exec/start" '{}' </dev/null
    grep -qi '^Content-Type: application/vnd.docker.multiplexed-stream' "$headers_file"
}

@test "start passes input on until its end" {
    prepare '{"Cmd": ["cat"], "AttachStdin": true, "AttachStdout": true}'
    [ "$(echo through | hijack POST "/exec/$exec/start" '{}' | unframe)" = through ]
}

@test "start with ConsoleSize has a terminal of that size" {
    # crun sets it beside the program's first steps; until then busybox says nothing and succeeds
    prepare '{"Cmd": ["sh", "-c", "until [ \"$size\" ]; do size=$(stty size); done 2>/dev/null; echo $size"], "AttachStdin": true, "AttachStdout": true, "Tty": true}'
    [[ $(hijack POST "/exec/$exec/start" '{"Tty": true, "ConsoleSize": [13, 57]}' </dev/null) == "13 57"* ]]
    again '{"Cmd": ["true"], "Tty": true}'
    only_for coracle
    post "/exec/$exec/start" '{"Tty": true, "ConsoleSize": [13]}'
    refused 400 ConsoleSize
}

@test "start detached answers an empty body while the command runs" {
    prepare '{"Cmd": ["sleep", "1000"]}'
    post "/exec/$exec/start" '{"Detach": true}'
    [ "$status" = 200 ] && [ -z "$body" ]
    api GET "/exec/$exec/json"
    json '.Running and .ExitCode == null and .Pid > 0'
}

@test "start detached of a command that is not there says so" {
    prepare '{"Cmd": ["nosuchcommand"]}'
    post "/exec/$exec/start" '{"Detach": true}'
    [ "$status" = 404 ] || [ "$status" = 400 ]
    [[ $(field .message) == *nosuchcommand* ]]
    api GET "/exec/$exec/json"
    json '.ExitCode == 127 or .ExitCode == 126'
}

@test "start works once, and of sessions that are there" {
    only_for coracle
    prepare '{"Cmd": ["true"]}'
    post "/exec/$exec/start" '{"Detach": true}'
    post "/exec/$exec/start" '{"Detach": true}'
    refused 409 "$exec"
    post /exec/nosuch/start '{}'
    refused 404 'No such exec instance: nosuch'
}
