# docker system df, docker system prune, docker info, docker version, docker events
# runs alone
load "$E2E/lib/e2e"
load clients

@test "system df adds up, and tells each thing with verbose" {
    with_each_client df_adds_up
}

df_adds_up() {
    fresh_name
    client run -d --name "$name" --network none "$IMAGE" sh -c 'dd if=/dev/zero of=/big bs=1024 count=300; sleep 1000'
    wait_until 60 eval "client system df --format '{{.Type}} {{.TotalCount}} {{.Size}}' | grep -Eq '^Containers [1-9][0-9]* [0-9.]+(k|M)B$'"
    client system df | grep -Eq '^Images +[1-9]'
    client system df -v >"$BATS_TEST_TMPDIR/verbose"
    grep -q "$name" "$BATS_TEST_TMPDIR/verbose"
    grep -Eq '307.?[0-9]*kB' "$BATS_TEST_TMPDIR/verbose"
    client rm -f "$name"
}

@test "system prune removes what is marked and says how much it was" {
    with_each_client prune_removes
}

prune_removes() {
    local mark=mark$RANDOM$RANDOM
    fresh_name
    client create --name "$name" --label "$mark" --network none "$IMAGE" true
    client volume create --label "$mark" "v-$mark"
    run client system prune -f --filter "label=$mark"
    [ "$status" -eq 0 ]
    [[ $output == *"Deleted Containers:"* && $output == *"Total reclaimed space:"* ]]
    [ -z "$(client ps -aq --filter "label=$mark")" ]
    [ "$(client volume ls -q --filter "label=$mark")" = "v-$mark" ]
    client volume rm "v-$mark"
}

@test "events are formatted and filtered" {
    with_each_client events_are_told
}

events_are_told() {
    fresh_name
    client create --name "$name" --network none "$IMAGE" true
    client rm "$name"
    run client events --since 5m --until "$(($(date +%s) + 1))" --filter "container=$name" --format '{{.Type}} {{.Action}}'
    [[ $output == *"container create"*"container destroy"* ]]
}

@test "info and version show the server" {
    with_each_client info_shows
}

info_shows() {
    [ "$(client info --format '{{.Driver}} {{.Swarm.LocalNodeState}}')" = "overlay inactive" ] || only_for coracle
    client version --format '{{.Server.Version}} {{.Server.APIVersion}}' | grep -Eq '^[0-9]+\.[0-9.+a-z]+ 1\.[0-9]+$'
}
