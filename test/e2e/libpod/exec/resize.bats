load "$E2E/lib/e2e"

@test "a session's terminal is resized" {
    start
    post "/libpod/containers/$ctr/exec" '{"Cmd":["sh","-c","trap \"stty size >/size\" WINCH; touch /up; while :; do sleep 0.05; done"],"Tty":true}'
    local session
    session=$(field .Id)
    post "/libpod/exec/$session/start" '{"Detach":true}'
    [ "$status" = 200 ]
    wait_until 60 in_container test -e /up
    api POST "/libpod/exec/$session/resize?h=23&w=83"
    [ "$status" = 201 ]
    wait_until 60 in_container grep -q '23 83' /size
}

in_container() { # COMMAND...
    post "/libpod/containers/$ctr/exec" "$(printf '%s\n' "$@" | jq -R . | jq -cs '{Cmd: ., AttachStdout: true}')"
    local session
    session=$(field .Id)
    hijack POST "/libpod/exec/$session/start" '{}' </dev/null
    api GET "/libpod/exec/$session/json"
    json '.ExitCode == 0 and .Running == false'
}

@test "what does not run is a conflict, or nothing at all when asked" {
    only_for coracle
    start
    post "/libpod/containers/$ctr/exec" '{"Cmd":["true"],"Tty":true}'
    local session
    session=$(field .Id)
    api POST "/libpod/exec/$session/resize?h=10&w=10"
    refused 409 "$session" "exec session state improper"
    api POST "/libpod/exec/$session/resize?h=10&w=10&running=true"
    [ "$status" = 201 ]
}
