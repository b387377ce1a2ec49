load "$E2E/lib/e2e"

busy() { # a container on the bridge that uses a little of everything
    docker_start '{"Cmd":["sh","-c","dd if=/dev/zero of=/dev/null bs=1M count=300 2>/dev/null; exec sleep infinity"],"HostConfig":{"NetworkMode":"bridge","PidsLimit":77}}'
}

@test "stats without a stream has a sample and the one before it" {
    busy
    api GET "/containers/$ctr/stats?stream=false"
    [ "$status" = 200 ]
    json '.name == "/" + $name and .id == $id' --arg name "$name" --arg id "$ctr"
    json '.read > .preread and (.preread | startswith("0001") | not)'
    json '.cpu_stats | .cpu_usage.total_usage > 0 and .system_cpu_usage > 0 and .online_cpus > 0 and (.throttling_data | .periods >= 0)'
    json '.precpu_stats | .cpu_usage.total_usage > 0 and .system_cpu_usage > 0'
    json '.cpu_stats.system_cpu_usage > .precpu_stats.system_cpu_usage'
    json '.memory_stats | .usage > 0 and .limit > .usage and (.stats | length > 5 and all(. >= 0))'
    json '.pids_stats | .current >= 1 and .limit == 77'
    json '.networks | keys == ["eth0"] and (.eth0 | .rx_bytes >= 0 and .tx_packets >= 0)'
    json '.blkio_stats | has("io_service_bytes_recursive") and has("io_serviced_recursive")'
}

@test "stats with one-shot has one sample, at once" {
    busy
    local began=${EPOCHREALTIME/./}
    api GET "/containers/$ctr/stats?stream=false&one-shot=true"
    [ $((${EPOCHREALTIME/./} - began)) -lt 900000 ] # two samples are a second apart
    json '.preread == "0001-01-01T00:00:00Z" and .cpu_stats.cpu_usage.total_usage > 0 and .precpu_stats.cpu_usage.total_usage == 0'
    api GET "/containers/$ctr/stats?stream=true&one-shot=true"
    refused 400 one-shot
}

@test "stats as a stream has a sample each second, compared with the one before" {
    busy
    background "$BATS_TEST_TMPDIR/stream" curl -sN --unix-socket "$SOCKET" "http://e2e/containers/$ctr/stats"
    several() { [ "$(wc -l <"$BATS_TEST_TMPDIR/stream")" -ge 3 ]; }
    wait_until 30 several
    body=$(head -n 3 "$BATS_TEST_TMPDIR/stream" | jq -sc .)
    json '.[0].precpu_stats.cpu_usage.total_usage == 0 and .[1].preread == .[0].read and .[2].preread == .[1].read'
    json '.[1].precpu_stats == .[0].cpu_stats'
    api DELETE "/containers/$ctr?force=true"
    wait_until 30 eval "! kill -0 $background" # it ends with the container
}

@test "stats of one that does not run has no numbers" {
    docker_create
    api GET "/containers/$ctr/stats?stream=false"
    [ "$status" = 200 ]
    json '.read == "0001-01-01T00:00:00Z" and .pids_stats == {} and .memory_stats == {} and (has("networks") | not)'
    json '.name == "/" + $name and .cpu_stats.cpu_usage.total_usage == 0 and .blkio_stats.io_service_bytes_recursive == null' --arg name "$name"
}

@test "a container on the host's network shows no traffic" {
    docker_start '{"HostConfig":{"NetworkMode":"host"}}'
    api GET "/containers/$ctr/stats?stream=false&one-shot=true"
    json 'has("networks") | not'
}

@test "stats of a missing container is a 404 that names it" {
    api GET "/containers/nosuch/stats?stream=false"
    refused 404 nosuch
}

@test "docker stats shows what containers use" {
    busy
    run -0 --separate-stderr docker stats --no-stream --format '{{.Name}} {{.MemUsage}} {{.PIDs}} {{.NetIO}}' "$ctr"
    [[ $output =~ ^$name\ [0-9.]+[kKMG]?i?B\ /\ [0-9.]+[MGT]iB\ [1-9][0-9]*\ [0-9.]+k?B\ /\ [0-9.]+k?B$ ]] || { echo "said: $output"; return 1; }
}
