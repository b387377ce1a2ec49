# GET /events
load "$E2E/lib/e2e"
load images/images

teardown_file() {
    e2e_remove_containers
    remove_images
}

# Follows events into $stream, from the moment this returns.
follow() { # QUERY
    stream=$BATS_TEST_TMPDIR/events.$RANDOM
    background "$stream" curl -sgN -D "$stream.head" --unix-socket "$SOCKET" "http://e2e/events?$1"
    wait_until 10 grep -q '^HTTP/1.1 200' "$stream.head"
}

past() { # QUERY: the events up to now as one list in $body, in the form they had before 1.52
    api GET "/v1.45/events?$1&until=$(date +%s.%N)"
    [ "$status" = 200 ]
    body=$(jq -s . "$body_file")
}

@test "the stream begins at once and tells what comes after its head" {
    fresh_image
    follow "filters={\"image\":[\"$image\"]}"
    [ "$(tr -d '\r' <"$stream.head" | awk -F': ' 'tolower($1) == "content-type" { print $2 }')" = application/json ]
    api POST "/images/$image/tag?repo=$image&tag=told"
    wait_until 10 file_has "$stream" '"Action":"tag"'
}

@test "an event has Docker's members" {
    fresh_image
    past "filters={\"type\":[\"image\"],\"event\":[\"import\"]}"
    json 'map(select(.Actor.ID == $id))[0] | .Type == "image" and .Action == "import" and .status == "import" and .id == $id and .scope == "local"' \
        --arg id "$id"
    json 'map(select(.Actor.ID == $id))[0] | (.timeNano / 1e9 | floor) == .time and (now - .time | fabs) < 300' --arg id "$id"
}

@test "from 1.52 on status, id and from are gone" {
    only_for coracle
    fresh_image
    api GET "/v1.52/events?filters={\"type\":[\"image\"],\"event\":[\"import\"]}&until=$(date +%s.%N)"
    lines 'length > 0 and all(.[]; (has("status") or has("id") or has("from")) | not)'
}

@test "a pull is about the reference, other events of images about the id" {
    fresh_remote one
    api POST "/images/create?fromImage=$remote&tag=one"
    [ "$status" = 200 ]
    past "filters={\"event\":[\"pull\"],\"image\":[\"$remote:one\"]}"
    json 'length == 1 and .[0].Actor.ID == $name + ":one" and .[0].Actor.Attributes.name == $name' --arg name "$remote"
    api GET "/images/$remote:one/json"
    local id
    id=$(field .Id)
    api POST "/images/$remote:one/tag?repo=e2e/tagged&tag=$BASHPID"
    past "filters={\"event\":[\"tag\"],\"image\":[\"e2e/tagged:$BASHPID\"]}"
    json 'length == 1 and .[0].Actor.ID == $id and .[0].Actor.Attributes.name == $name' --arg name "e2e/tagged:$BASHPID" --arg id "$id"
    api DELETE "/images/e2e/tagged:$BASHPID"
}

@test "an image's labels go along" {
    fresh_image "changes=$(quote 'LABEL told=yes')"
    api POST "/images/$image/tag?repo=$image&tag=labelled"
    past "filters={\"label\":[\"told=yes\"],\"image\":[\"$image\"],\"event\":[\"tag\"]}"
    json 'length >= 1 and all(.[]; .Actor.Attributes.told == "yes")'
}

@test "a heart beats for who asks, with the id that was passed" {
    only_for coracle
    fresh_image
    past 'filters={"scope":["local"]}'
    local newest
    newest=$(field '.[-1].EventID')
    follow 'heartbeat=1&filters={"type":["service"]}'
    wait_until 20 file_has "$stream" heartbeat
    body=$(head -n 1 "$stream")
    json '.Type == "daemon" and .Action == "heartbeat" and .EventID >= $newest' --argjson newest "$newest"
    api GET '/events?heartbeat=-1&until=1'
    refused 400 heartbeat -1
}

@test "a resume behind the newest says that it was another database's" {
    only_for coracle
    past 'since_id=99999999'
    json 'length == 1 and .[0].Action == "gap" and .[0].Actor.Attributes.asked == "99999999"'
}

@test "times are seconds with a fraction, dates and durations" {
    only_for coracle # others' clients reckon
    fresh_image
    local since
    for since in 1h "$(date -u -d '1 hour ago' +%FT%TZ)" "$(date -d '1 hour ago' +%s.000000001)" "$(date -u -d '1 hour ago' +%FT%T.5Z)"; do
        past "since=$since&filters={\"image\":[\"$image\"]}"
        json 'length >= 1'
    done
    api GET "/events?since=1h&until=0.000000001s&filters={\"image\":[\"$image\"]}"
    lines 'length >= 1'
    api GET "/events?since=1h&until=30m&filters={\"image\":[\"$image\"]}"
    [ "$status" = 200 ] && [ -z "$body" ]
}

@test "a container's life is told in order, with its image and name" {
    local since
    since=$(date +%s.%N)
    docker_start
    api POST "/containers/$ctr/kill"
    wait_until 10 eval 'past "since=$since&filters={\"container\":[\"$ctr\"]}" && json "any(.[]; .Action == \"die\")"'
    json '[.[] | select(.Type == "container") | .Action] | index("create") < index("start") and index("start") < index("die")'
    json 'map(select(.Action == "die"))[0] | .Actor.Attributes.exitCode == "137" and .Actor.Attributes.name == $name and .from == .Actor.Attributes.image' \
        --arg name "$name"
}

@test "the past is told every time, within since and until" {
    local from to
    from=$(date +%s.%N)
    fresh_image
    to=$(date +%s.%N)
    fresh_image
    for _ in 1 2; do
        api GET "/events?since=$from&until=$to&filters={\"event\":[\"import\"]}"
        [ "$status" = 200 ]
        lines 'length >= 1 and all(.[]; .timeNano <= '"${to%.*}${to#*.}"' and .timeNano >= '"${from%.*}${from#*.}"')'
    done
    only_for coracle podman # for dockerd 0 is no end
    api GET '/events?since=0&until=0'
    [ "$status" = 200 ] && [ -z "$body" ]
}

@test "a stream with an end in the future ends there" {
    local to
    to=$(($(date +%s) + 2))
    api GET "/events?until=$to&since=$to"
    [ "$status" = 200 ]
    [ "$(date +%s)" -ge "$to" ]
}

@test "a resume by id misses and repeats nothing" {
    only_for coracle
    fresh_image
    past "filters={\"type\":[\"image\"]}"
    local last ids
    last=$(field '.[-1].EventID')
    api POST "/images/$image/tag?repo=$image&tag=a"
    api POST "/images/$image/tag?repo=$image&tag=b"
    past "since_id=$last&filters={\"image\":[\"$image\"]}"
    json '[.[].Actor.Attributes.name] == [$name + ":a", $name + ":b"]' --arg name "$image"
    ids=$(field 'map(.EventID) | min')
    [ "$ids" -gt "$last" ]
    api GET "/events?until=$(date +%s.%N)&filters={\"image\":[\"$image\"]}" -H "Last-Event-ID: $last"
    lines 'length == 2'
}

@test "filters choose by type, event, image, label and scope" {
    fresh_image
    api POST "/images/$image/tag?repo=$image&tag=x"
    past "filters={\"image\":[\"$image\"],\"event\":[\"tag\"]}" # by a name without its tag
    json 'length >= 1 and all(.[]; .Action == "tag")'
    past "filters={\"image\":[\"$id\"],\"event\":[\"import\",\"tag\"]}"
    json 'map(.Action) | index("import") != null and index("tag") != null'
    past "filters={\"type\":[\"network\"],\"image\":[\"$image\"]}"
    json '. == []'
    past 'filters={"scope":["swarm"]}'
    json '. == []'
    past 'filters={"service":["x"]}'
    json '. == []'
}

@test "bad times and filters are refused and named" {
    only_for coracle
    api GET '/events?since=soon&until=1'
    refused 400 since soon
    api GET '/events?since=2&until=1'
    refused 400 since until
    api GET '/events?until=1&filters={"colour":["red"]}'
    refused 400 filters colour
    api GET '/events?until=1&filters=x'
    refused 400 filters
    api GET '/events?until=1&since_id=-4'
    refused 400 since_id
    api GET '/events?until=1' -H 'Last-Event-ID: x'
    refused 400 Last-Event-ID
}

@test "a stop tells each signal, the end and the stop" {
    local since
    since=$(date +%s.%N)
    docker_start '{"Cmd": ["sh", "-c", "trap \"\" TERM; echo ready; while :; do sleep 1; done"]}'
    api POST "/containers/$ctr/stop?t=0"
    wait_until 10 eval 'past "since=$since&filters={\"container\":[\"$ctr\"]}" && json "any(.[]; .Action == \"stop\")"'
    json '[.[] | select(.Type == "container" and (.Action | IN("kill", "die", "stop"))) | .Action + (.Actor.Attributes.signal // "")]
        == ["kill15", "kill9", "die", "stop"]'
}
