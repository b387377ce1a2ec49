load "$E2E/lib/e2e"

@test "what is not paused cannot be unpaused" {
    create
    api POST "/libpod/containers/$ctr/unpause"
    refused 409 "$ctr" "container state improper"
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/unpause"
    refused 409 "$ctr"
}

@test "unpause brings a paused container back" {
    start
    api POST "/libpod/containers/$ctr/pause"
    api POST "/libpod/containers/$ctr/unpause"
    [ "$status" = 204 ]
    api GET "/libpod/containers/$ctr/json"
    json '.State | .Status == "running" and (.Paused | not)'
}
