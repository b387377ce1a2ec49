load "$E2E/lib/e2e"

setup() {
    only_for coracle
}

value() { # METRIC PATTERN: the sum of its samples whose labels match
    awk -v name="$1" -v pattern="$2" '
        { key = $0; sub(/ [^ ]*$/, "", key) }
        substr(key, 1, length(name)) == name && substr(key, length(name) + 1) ~ /^({|$)/ && key ~ pattern { sum += $NF; found = 1 }
        END { if (found) printf "%d\n", sum; exit !found }' "$body_file"
}

checked() { # METRIC...: the body is Prometheus' format, and has these
    [ "$status" = 200 ]
    [[ $(header Content-Type) == "text/plain; version=0.0.4"* ]]
    python3 "$E2E/lib/prometheus.py" "$@" <"$body_file"
}

@test "metrics are what Prometheus reads, of the server, the store and containers" {
    start
    api GET /metrics
    checked coracle_build_info coracle_requests_total coracle_requests_running coracle_request_duration_seconds \
        coracle_containers coracle_images coracle_volumes coracle_networks coracle_threads process_cpu_seconds_total \
        process_resident_memory_bytes process_open_fds process_start_time_seconds container_cpu_usage_seconds_total \
        container_memory_usage_bytes container_memory_working_set_bytes container_threads container_start_time_seconds \
        coracle_container_restarts_total
    [ "$(value coracle_images .)" -ge 1 ]
    [ "$(value coracle_containers running)" -ge 1 ]
    [ "$(value container_threads "name=\"$name\"")" -ge 1 ]
    [ "$(value container_memory_usage_bytes "id=\"/coracle/$ctr\",name=\"$name\",image=\"$IMAGE\"")" -gt 1000 ]
}

@test "calls are counted by route and status" {
    api GET /metrics
    local before
    before=$(value coracle_requests_total 'route="ContainerInspect",status="404"' || echo 0)
    api GET /v1.41/containers/nosuchthing/json
    api GET /containers/nosuchthing/json
    api GET /metrics
    checked
    [ "$(value coracle_requests_total 'route="ContainerInspect",status="404"')" -ge $((before + 2)) ]
    [ "$(value coracle_requests_running .)" -ge 1 ]
    api GET /nosuchpath
    api GET /metrics
    checked
    [ "$(value coracle_requests_total 'route="none",status="404"')" -ge 1 ]
}

@test "a container's traffic and processor time grow" {
    start '{"netns":{"nsmode":"bridge"},"command":["sh","-c","ping -c 3 127.0.0.1 >/dev/null; while :; do :; done"]}'
    busy() {
        api GET /metrics
        checked container_network_receive_bytes_total
        [ "$(value container_cpu_usage_seconds_total "name=\"$name\"")" -ge 1 ]
    }
    wait_until 60 busy
    api GET /metrics
    [ "$(value container_network_receive_packets_total "name=\"$name\".*interface=\"eth0\"")" -ge 0 ]
    run ! value container_network_receive_bytes_total 'interface="lo"'
}

@test "one that does not run has no usage, and one on the host's network no traffic" {
    create
    api GET /metrics
    checked
    run ! value container_threads "name=\"$name\""
    [ "$(value coracle_container_restarts_total "name=\"$name\"")" = 0 ]
    start '{"netns":{"nsmode":"host"}}'
    api GET /metrics
    [ "$(value container_threads "name=\"$name\"")" -ge 1 ]
    run ! value container_network_receive_bytes_total "name=\"$name\""
}
