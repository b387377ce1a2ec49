load "$E2E/lib/e2e"

exit_code() {
    api POST "/libpod/containers/$ctr/wait"
    [ "$status" = 200 ]
    [ "$body" = "$1" ]
}

@test "kill ends a container at once" {
    start
    api POST "/libpod/containers/$ctr/kill"
    [ "$status" = 204 ]
    exit_code 137
}

@test "a signal goes by name, with or without SIG, or by number" {
    local signal
    for signal in USR1 SIGUSR1 sigusr1 10; do
        start '{"command":["sh","-c","trap \"exit 21\" USR1; echo up; while :; do sleep 0.05; done"]}'
        wait_until 60 is_up
        api POST "/libpod/containers/$ctr/kill?signal=$signal"
        [ "$status" = 204 ]
        exit_code 21
    done
}

is_up() {
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [[ $body == *up* ]]
}

@test "an unknown signal is refused and nothing happens" {
    start
    local signal
    for signal in NOSUCH 0 999 -1; do
        api POST "/libpod/containers/$ctr/kill?signal=$signal"
        refused 400 "$signal"
    done
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running'
}

@test "what does not run is a conflict" {
    create
    api POST "/libpod/containers/$ctr/kill"
    refused 409 "$ctr" "container state improper"
}
