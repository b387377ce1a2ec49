load "$E2E/lib/e2e"

events_of() { # NAME [more query]: what happened to a container
    api GET "/libpod/events?stream=false&filters=$(quote "{\"container\":[\"$1\"]}")${2-}"
    [ "$status" = 200 ]
}

words() { # of the events in the body, in one line
    jq -r .Action <<<"$body" | paste -sd' '
}

@test "a container's life is told in podman's words" {
    create '{"command": ["sh", "-c", "exit 3"]}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait"
    api DELETE "/libpod/containers/$ctr"
    events_of "$name"
    [[ $(words) == "create "*"start died "*"remove" || $(words) == "create start died remove" ]]
    json -s 'map(select(.Action == "died"))[0].Actor.Attributes.containerExitCode == "3"'
    json -s 'all(.[]; .Type == "container" and .Actor.ID == $id and .Actor.Attributes.name == $name)' --arg id "$ctr" --arg name "$name"
    json -s 'all(.[]; .time * 1000000000 <= .timeNano and .timeNano < (.time + 1) * 1000000000)'
}

@test "exec, kill, pause, rename and restart are told" {
    start
    local first=$name
    post "/libpod/containers/$ctr/exec" '{"Cmd":["true"],"AttachStdout":true}'
    hijack POST "/libpod/exec/$(field .Id)/start" '{}' </dev/null
    api POST "/libpod/containers/$ctr/pause"
    api POST "/libpod/containers/$ctr/unpause"
    fresh_name
    api POST "/libpod/containers/$ctr/rename?name=$name"
    api POST "/libpod/containers/$ctr/kill?signal=KILL"
    api POST "/libpod/containers/$ctr/wait"
    wait_until 60 told "$ctr" exec_died
    events_of "$ctr"
    local word
    for word in create start exec exec_died pause unpause rename kill died; do
        [[ " $(words) " == *" $word "* ]]
    done
    [ "$first" != "$name" ]
}

told() { # ID WORD
    events_of "$1"
    [[ " $(words) " == *" $2 "* ]]
}

@test "a follower gets its head at once and events as they happen" {
    fresh_name
    curl -sN --max-time 60 --unix-socket "$SOCKET" -D "$BATS_TEST_TMPDIR/head" -o "$BATS_TEST_TMPDIR/stream" \
        "http://e2e/v5.0.0/libpod/events?filters=$(quote "{\"container\":[\"$name\"],\"event\":[\"start\",\"died\"]}")" 3>&- &
    local follower=$!
    wait_until 60 file_has "$BATS_TEST_TMPDIR/head" "200 OK"
    local mine=$name
    post /libpod/containers/create "{\"image\":\"$IMAGE\",\"name\":\"$mine\",\"command\":[\"true\"],\"netns\":{\"nsmode\":\"none\"}}"
    api POST "/libpod/containers/$mine/start"
    wait_until 60 file_has "$BATS_TEST_TMPDIR/stream" died
    kill $follower
    [ "$(jq -r .Action "$BATS_TEST_TMPDIR/stream" | paste -sd' ')" = "start died" ]
}

@test "filters are joined with and, their values with or" {
    create '{"labels": {"e2e.events": "one"}}'
    api GET "/libpod/events?stream=false&filters=$(quote '{"label":["e2e.events=one"],"event":["create","died"]}')"
    json -s 'length == 1 and .[0].Action == "create" and .[0].Actor.ID == $id' --arg id "$ctr"
    api GET "/libpod/events?stream=false&filters=$(quote '{"label":["e2e.events=two"]}')"
    [ -z "$body" ]
    api GET "/libpod/events?stream=false&filters=$(quote "{\"type\":[\"image\"],\"container\":[\"$ctr\"]}")"
    [ -z "$body" ]
}

@test "since and until cut, and a time in the past ends the stream" {
    local before after
    before=$(date +%s.%N)
    create
    after=$(date +%s.%N)
    events_of "$ctr" "&since=$before&until=$after"
    json '.Action == "create"'
    events_of "$ctr" "&until=$before"
    [ -z "$body" ]
    api GET "/libpod/events?stream=true&since=$before&until=$after&filters=$(quote "{\"container\":[\"$ctr\"]}")"
    json '.Action == "create"'
}

@test "a stream is resumed after an event's id without loss" {
    only_for coracle
    create
    events_of "$ctr"
    local id
    id=$(field .EventID)
    api POST "/libpod/containers/$ctr/start"
    events_of "$ctr" "&since_id=$id"
    json -s 'map(.Action) | index("start") != null and index("create") == null'
    api GET "/libpod/events?stream=false&filters=$(quote "{\"container\":[\"$ctr\"]}")" -H "Last-Event-ID: $id"
    json -s 'map(.Action) | index("start") != null and index("create") == null'
    api GET "/libpod/events?stream=false" -H "Last-Event-ID: x"
    refused 400 Last-Event-ID x
}

@test "bad times and filters are refused by name" {
    local name
    for name in since until; do
        api GET "/libpod/events?stream=false&$name=yesterday"
        refused 400 "$name" yesterday
    done
    api GET "/libpod/events?stream=false&filters=$(quote '{"colour":["red"]}')"
    refused 400 colour
}

@test "an image's events have its plain id and its full name" {
    api GET "/libpod/images/$IMAGE/json"
    local id since
    id=$(field .Id)
    since=$(date +%s.%N)
    api POST "/libpod/images/$IMAGE/tag?repo=docker.io/e2e/told&tag=t$BASHPID"
    [ "$status" = 201 ]
    api GET "/libpod/events?stream=false&since=$since&filters=$(quote '{"type":["image"],"event":["tag"]}')"
    json -s 'map(select(.Actor.Attributes.name == $name)) | length == 1 and .[0].Actor.ID == $id' \
        --arg id "$id" --arg name "docker.io/e2e/told:t$BASHPID"
    api DELETE "/libpod/images/docker.io/e2e/told:t$BASHPID"
}

@test "types that podman does not know are not told" {
    only_for coracle
    local since
    since=$(date +%s.%N)
    api POST /build/prune
    api GET "/events?since=$since&until=$(date +%s.%N)"
    json -s 'any(.[]; .Type == "builder")'
    api GET "/libpod/events?stream=false&since=$since"
    json -s 'any(.[]; .Type == "builder") | not'
}

@test "old clients find an exit code in every event" {
    only_for coracle
    create
    api GET "/v4.3.1/libpod/events?stream=false&filters=$(quote "{\"container\":[\"$ctr\"]}")"
    json '.Actor.Attributes.containerExitCode == "0"'
}
