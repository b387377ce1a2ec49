# coracle inspect, images, info, version, events
load "$E2E/lib/e2e"
load client

@test "inspect shows a container or an image, as JSON on one line for scripts" {
    begin "$IMAGE" "${WAITER[@]}"
    run -0 coracle inspect "$name" "$IMAGE"
    [ "${#lines[@]}" = 2 ]
    [ "$(jq -r .Id <<<"${lines[0]}")" = "$ctr" ]
    [ "$(jq -r '.RepoTags[0]' <<<"${lines[1]}")" = "$IMAGE" ]
    [ "$(coracle inspect --format '{{.State.Status}} {{.Config.Cmd}}' "$ctr")" = "running sh,-c,${WAITER[2]}" ]
    fails 125 'no container and no image is called "no-such-thing"' coracle inspect no-such-thing
}

@test "inspect is indented on a terminal" {
    run -0 on_terminal 'expect {\r\n    "Id": "' -- "${CORACLE[@]}" inspect "$IMAGE"
}

@test "images lists images" {
    coracle images | grep -E '^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE$'
    coracle images | grep -E "^${IMAGE%:*} +latest +[0-9a-f]{12} .* ago +[0-9.]+ [kMG]?B\$"
    coracle images --format json | jq -es --arg name "$IMAGE" 'any(.RepoTags | index($name))'
    coracle images -q | grep -xE '[0-9a-f]{64}'
}

@test "info and version say who answers" {
    coracle info | grep -E '^Host: +.*kernel'
    [ "$(coracle info --format '{{.store.graphDriverName}}')" = overlay ]
    coracle version | grep -E '^Client: +coracle [0-9]'
    coracle version | grep -F "unix://$SOCKET"
    coracle version --format json | jq -e .ApiVersion
}

@test "events shows what happened and what happens" {
    begin "$IMAGE" true
    coracle wait "$ctr"
    coracle events --since 1m --until 0s | grep -E "^[0-9T:.Z-]+ container start ${ctr:0:12} \(.*name=$name"
    [ "$(coracle events --since 1m --until 0s --format '{{.Actor.ID}} {{.Action}}' | grep -c "^$ctr start\$")" = 1 ]
    # those of volumes and networks have other attributes
    coracle volume create "v$name"
    coracle volume rm "v$name"
    background "$BATS_TEST_TMPDIR/events" "${CORACLE[@]}" events --format '{{.Action}} {{.Actor.Attributes.name}}' --since 1m
    wait_until 60 file_has "$BATS_TEST_TMPDIR/events" "start $name"
    coracle rm "$ctr"
    wait_until 60 file_has "$BATS_TEST_TMPDIR/events" "remove $name"
    fails 125 since coracle events --since yesterday
}
