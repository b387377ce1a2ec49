load "$E2E/lib/e2e"

pid_of() {
    api GET "/libpod/containers/$ctr/json"
    field .State.Pid
}

@test "restart gives a new process" {
    start
    local pid
    pid=$(pid_of)
    api POST "/libpod/containers/$ctr/restart?timeout=0"
    [ "$status" = 204 ]
    [ "$(pid_of)" != "$pid" ]
    [ "$(pid_of)" -gt 0 ]
}

@test "restart starts what does not run" {
    start '{"command":["sh","-c","[ -e /again ] && exec sleep 1000; touch /again"]}'
    api POST "/libpod/containers/$ctr/wait"
    api POST "/libpod/containers/$ctr/restart"
    [ "$status" = 204 ]
    [ "$(pid_of)" -gt 0 ]
}

@test "a time that is no number is refused" {
    start
    api POST "/libpod/containers/$ctr/restart?t=soon"
    refused 400 t soon
}
