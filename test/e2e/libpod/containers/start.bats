load "$E2E/lib/e2e"

@test "a container starts once" {
    create
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    [ -z "$body" ]
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 304 ]
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running and .State.Pid > 0'
    [ -d "/proc/$(field .State.Pid)" ]
}

@test "what ended starts again with its files" {
    start '{"command":["sh","-c","echo x >>/count; wc -l </count"]}'
    api POST "/libpod/containers/$ctr/wait"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    api POST "/libpod/containers/$ctr/wait"
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [ "$(unframe <"$body_file")" = $'1\n2' ]
}

@test "a command that is not there is named, and the container stays as made" {
    create '{"command":["/nosuch/command"]}'
    api POST "/libpod/containers/$ctr/start"
    refused 404 /nosuch/command
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running == false and .State.Pid == 0'
}

@test "a command that may not be run, and a working directory that is a file, are refused" {
    create '{"command":["/etc/passwd"]}'
    api POST "/libpod/containers/$ctr/start"
    refused 400 "ermission denied"
    create '{"command":["true"],"work_dir":"/etc/passwd"}'
    api POST "/libpod/containers/$ctr/start"
    refused 400 /etc/passwd
}

@test "an unknown user is named" {
    create '{"user":"nosuchuser"}'
    api POST "/libpod/containers/$ctr/start"
    refused 400 nosuchuser
}

@test "a paused container cannot be started" {
    start
    api POST "/libpod/containers/$ctr/pause"
    api POST "/libpod/containers/$ctr/start"
    refused 409 paused
}

@test "a namespace of a container that does not run cannot be joined" {
    create
    create "{\"netns\":{\"nsmode\":\"container\",\"value\":\"$ctr\"}}"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" -ge 400 ]
    only_for coracle
    [ "$status" = 409 ]
}

@test "eight start at the same time" {
    local i ids=()
    for i in 1 2 3 4 5 6 7 8; do
        create '{"netns":{"nsmode":"bridge"}}'
        ids+=("$ctr")
    done
    for i in "${ids[@]}"; do
        curl -s -o /dev/null -w '%{http_code}\n' --max-time 120 --unix-socket "$SOCKET" -X POST \
            "http://e2e/v5.0.0/libpod/containers/$i/start" >"$BATS_TEST_TMPDIR/$i" 3>&- &
    done
    wait
    for i in "${ids[@]}"; do
        [ "$(cat "$BATS_TEST_TMPDIR/$i")" = 204 ]
        api GET "/libpod/containers/$i/json"
        field '.NetworkSettings.Networks | to_entries[0].value.IPAddress' >>"$BATS_TEST_TMPDIR/addresses"
    done
    [ "$(sort -u "$BATS_TEST_TMPDIR/addresses" | grep -c .)" = 8 ]
}
