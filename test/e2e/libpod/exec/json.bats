load "$E2E/lib/e2e"

@test "a session is described while it runs and afterwards" {
    start
    post "/libpod/containers/$ctr/exec" '{"Cmd":["sh","-c","until [ -e /go ]; do sleep 0.05; done; exit 8"]}'
    local session
    session=$(field .Id)
    post "/libpod/exec/$session/start" '{"Detach":true}'
    api GET "/libpod/exec/$session/json"
    json '.ID == $id and .ContainerID == $ctr and .Running and .Pid > 0' --arg id "$session" --arg ctr "$ctr"
    api GET "/libpod/containers/$ctr/json"
    json '.ExecIDs | index($id) != null' --arg id "$session"
    post "/libpod/containers/$ctr/exec" '{"Cmd":["touch","/go"]}'
    post "/libpod/exec/$(field .Id)/start" '{"Detach":true}'
    wait_until 60 ended "$session"
    json '.Running == false and .ExitCode == 8'
}

ended() { # SESSION
    api GET "/libpod/exec/$1/json"
    json '.Running == false'
}
