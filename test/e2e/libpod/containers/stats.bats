load "$E2E/lib/e2e"

@test "stats of several containers has one row for each" {
    start '{"netns":{"nsmode":"bridge"}}'
    local first=$ctr
    start
    api GET "/libpod/containers/stats?stream=false&containers=$first&containers=$name"
    [ "$status" = 200 ]
    json '.Error == null and (.Stats | map(.ContainerID)) == [$first, $second]' --arg first "$first" --arg second "$ctr"
    json '.Stats | all(.CPUNano > 0 and .MemUsage > 0 and .MemLimit > .MemUsage and .MemPerc > 0 and .PIDs >= 1 and .AvgCPU > 0)'
    json '.Stats[0].Network.eth0.RxBytes >= 0 and .Stats[0].SystemNano > 1700000000000000000'
    api GET "/libpod/containers/stats?stream=false"
    json '(.Stats | map(.ContainerID)) as $ids | [$first, $second] - $ids == []' --arg first "$first" --arg second "$ctr"
}

@test "those that do not run are zeros, and only there when they are asked for" {
    create
    api GET "/libpod/containers/stats?stream=false&containers=$ctr"
    json '.Stats[0] | .ContainerID == $id and .CPUNano == 0 and .MemUsage == 0 and .PIDs == 0 and .Network == null' --arg id "$ctr"
    api GET "/libpod/containers/stats?stream=false"
    json '(.Stats // []) | map(.ContainerID) | index($id) == null' --arg id "$ctr"
    api GET "/libpod/containers/stats?stream=false&all=true"
    json '.Stats | map(.ContainerID) | index($id) != null' --arg id "$ctr"
}

@test "stats as a stream has a report at each interval" {
    start
    background "$BATS_TEST_TMPDIR/stream" curl -sN --unix-socket "$SOCKET" "http://e2e/v5.0.0/libpod/containers/stats?containers=$ctr&interval=1"
    several() { [ "$(wc -l <"$BATS_TEST_TMPDIR/stream")" -ge 3 ]; }
    wait_until 30 several
    body=$(head -n 3 "$BATS_TEST_TMPDIR/stream" | jq -sc .)
    json 'all(.Stats[0].ContainerID == $id) and .[1].Stats[0].SystemNano > .[0].Stats[0].SystemNano' --arg id "$ctr"
}

@test "stats of one container has Docker's shape" {
    start
    api GET "/libpod/containers/$ctr/stats?stream=false"
    json '.name == $name and .cpu_stats.cpu_usage.total_usage > 0 and .memory_stats.usage > 0 and .pids_stats.current >= 1' --arg name "$name"
}

@test "what has no stats is refused" {
    api GET "/libpod/containers/stats?stream=false&containers=nosuch"
    refused 404 nosuch
    api GET "/libpod/containers/nosuch/stats?stream=false"
    refused 404 nosuch
    [ "$ENGINE" = coracle ] || return 0 # podman's answer is 200 with an error in it
    create
    api GET "/libpod/containers/$ctr/stats?stream=false"
    refused 409 stopped
}

@test "an interval that is none is refused" {
    only_for coracle # podman takes 0 for no pause at all
    api GET "/libpod/containers/stats?interval=0"
    refused 400 interval
}
