load "$E2E/lib/e2e"

prepare() { # DOCUMENT
    post "/libpod/containers/$ctr/exec" "$1"
    [ "$status" = 201 ]
    session=$(field .Id)
}

@test "a session is forgotten" {
    start
    prepare '{"Cmd":["true"]}'
    post "/libpod/exec/$session/remove" '{}'
    [ "$status" = 200 ]
    api GET "/libpod/exec/$session/json"
    refused 404 "$session"
}

@test "one that runs needs force" {
    start
    prepare '{"Cmd":["sleep","1000"]}'
    post "/libpod/exec/$session/start" '{"Detach":true}'
    post "/libpod/exec/$session/remove" '{}'
    refused 409 "$session" "exec session state improper"
    post "/libpod/exec/$session/remove" '{"Force":true}'
    [ "$status" = 200 ]
    api GET "/libpod/exec/$session/json"
    [ "$status" = 404 ]
}

@test "sessions go with their container" {
    start
    prepare '{"Cmd":["true"]}'
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    api GET "/libpod/exec/$session/json"
    refused 404 "$session"
}
