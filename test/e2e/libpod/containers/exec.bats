load "$E2E/lib/e2e"

@test "an exec session is prepared, and described before it runs" {
    start
    post "/libpod/containers/$ctr/exec" '{"Cmd":["echo","hi"],"AttachStdout":true,"Tty":true,"User":"nobody","Env":["A=b"],"WorkingDir":"/tmp","Privileged":true}'
    [ "$status" = 201 ]
    json '.Id | test("^[0-9a-f]{64}$")'
    api GET "/libpod/exec/$(field .Id)/json"
    [ "$status" = 200 ]
    json '.Running == false and .ExitCode == 0 and .OpenStdout and (.OpenStdin | not)'
    json '.ContainerID == $ctr' --arg ctr "$ctr"
    json '.ProcessConfig | .entrypoint == "echo" and .arguments == ["hi"] and .tty and .user == "nobody" and .privileged'
}

@test "a command is needed" {
    start
    post "/libpod/containers/$ctr/exec" '{"Cmd":[]}'
    refused 400 Cmd
    post "/libpod/containers/$ctr/exec" '{}'
    refused 400 Cmd
    post "/libpod/containers/$ctr/exec" '{"Cmd":"ls"}'
    refused 400 Cmd
}

@test "bad working directories and detach keys are refused" {
    start
    post "/libpod/containers/$ctr/exec" '{"Cmd":["true"],"WorkingDir":"relative"}'
    refused 400 relative
    post "/libpod/containers/$ctr/exec" '{"Cmd":["true"],"DetachKeys":"ctrl-nosuch"}'
    refused 400 ctrl-nosuch
}

@test "a container has to run" {
    create
    post "/libpod/containers/$ctr/exec" '{"Cmd":["true"]}'
    refused 409 "$ctr"
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/pause"
    post "/libpod/containers/$ctr/exec" '{"Cmd":["true"]}'
    refused 409 paused
}
