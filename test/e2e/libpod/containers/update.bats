load "$E2E/lib/e2e"

limit_of() { # FILE OF V1 FILE OF V2: what the container's first process is held to
    local pid controller=${1%%.*} path
    look
    pid=$(field .State.Pid)
    if path=$(awk -F: -v c="$controller" '$2 ~ "(^|,)" c "(,|$)" { print $3 }' "/proc/$pid/cgroup") && [ -n "$path" ]; then
        cat /sys/fs/cgroup/*"$controller"*"$path/$1" 2>/dev/null | head -n 1
    else
        cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/$2"
    fi
}

look() {
    api GET "/libpod/containers/$ctr/json"
    [ "$status" = 200 ]
}

is_healthy() {
    look && json '.State.Health.Status == "healthy"'
}

becomes_healthy() { # by itself; podman's timers are systemd's, which is not there
    [ "$ENGINE" != podman ] || api GET "/libpod/containers/$ctr/healthcheck"
    wait_until 30 is_healthy
}

@test "limits change at once, others stay, and all outlive a restart" {
    start '{"resource_limits": {"pids": {"limit": 50}, "memory": {"limit": 67108864}}}'
    post "/libpod/containers/$ctr/update" '{"memory": {"limit": 134217728, "swap": -1}, "cpu": {"quota": 50000, "period": 100000}}'
    [ "$status" = 201 ]
    [ "${body%$'\n'}" = "$ctr" ]
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 134217728 ]
    [ "$(limit_of pids.max pids.max)" = 50 ]
    look
    json '.HostConfig | .Memory == 134217728 and .CpuQuota == 50000 and .PidsLimit == 50'
    api POST "/libpod/containers/$ctr/restart?t=0"
    [ "$status" = 204 ]
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 134217728 ]
}

@test "the restart policy changes, with its retries" {
    create
    post "/libpod/containers/$ctr/update?restartPolicy=on-failure&restartRetries=3" '{}'
    [ "$status" = 201 ]
    look
    json '.HostConfig.RestartPolicy == {Name: "on-failure", MaximumRetryCount: 3}'
    post "/libpod/containers/$ctr/update?restartPolicy=sometimes" '{}'
    refused 400 restartPolicy
    post "/libpod/containers/$ctr/update?restartRetries=3" '{}'
    refused 400 restartRetries
    post "/libpod/containers/nosuch/update?restartPolicy=always" '{}'
    refused 404 nosuch
    look
    json '.HostConfig.RestartPolicy == {Name: "on-failure", MaximumRetryCount: 3}'
}

@test "another check runs at once in a container that runs" {
    start '{"healthconfig": {"Test": ["CMD-SHELL", "false"], "Interval": 3600000000000, "Retries": 1}}'
    post "/libpod/containers/$ctr/update" '{"health_cmd": "test -d /tmp", "health_interval": "200ms", "health_retries": 7, "health_timeout": "5s", "health_start_period": "1m"}'
    [ "$status" = 201 ]
    look
    json '.Config.Healthcheck == {Test: ["CMD-SHELL", "test -d /tmp"], Interval: 200000000, Timeout: 5000000000, StartPeriod: 60000000000, Retries: 7}'
    becomes_healthy
    post "/libpod/containers/$ctr/update" '{"health_interval": "disable", "health_on_failure": "kill", "health_max_log_count": 2, "health_max_log_size": 9}'
    [ "$status" = 201 ]
    look
    json '.Config | (.Healthcheck.Interval // 0) == 0 and .HealthcheckOnFailureAction == "kill" and .HealthcheckMaxLogCount == 2 and .HealthcheckMaxLogSize == 9'
    api GET "/libpod/containers/$ctr/healthcheck"
    [ "$status" = 200 ]
    json '.Status == "healthy"'
}

@test "a check is given to a container without one, and taken again" {
    start
    post "/libpod/containers/$ctr/update" '{"health_cmd": "true"}'
    [ "$status" = 201 ]
    look
    json '.Config.Healthcheck.Test == ["CMD-SHELL", "true"] and .Config.Healthcheck.Interval == 30000000000'
    becomes_healthy
    post "/libpod/containers/$ctr/update" '{"no_healthcheck": true}'
    [ "$status" = 201 ]
    look
    json '.Config.Healthcheck.Test == ["NONE"] or .Config.Healthcheck == null'
    api GET "/libpod/containers/$ctr/healthcheck"
    [ "$status" = 409 ]
    pgrep -f "healthcheck.*$ctr" && return 1
    api POST "/libpod/containers/$ctr/restart?t=0"
    [ "$status" = 204 ]
}

@test "a command is a text for the shell, a list of words, or none" {
    only_for coracle # podman takes a list that begins with CMD apart at its blanks
    create '{"healthconfig": {"Test": ["CMD-SHELL", "false"]}}'
    local form
    for form in '["CMD","a","b c"]=["CMD","a","b c"]' '["a","b"]=["CMD","a","b"]' '["a b"]=["CMD-SHELL","a b"]' 'CMD-SHELL a b=["CMD-SHELL","a b"]' \
        '[ -e /a ]=["CMD-SHELL","[ -e /a ]"]' 'none=["NONE"]'; do
        post "/libpod/containers/$ctr/update" "$(jq -n --arg command "${form%=*}" '{health_cmd: $command}')"
        [ "$status" = 201 ]
        look
        json '.Config.Healthcheck.Test == $test' --argjson test "${form#*=}"
    done
    post "/libpod/containers/$ctr/update" '{"health_cmd": "[\"CMD\"]"}'
    refused 400 health_cmd
}

@test "the startup check changes with its numbers" {
    start '{"healthconfig": {"Test": ["CMD-SHELL", "true"], "Interval": 3600000000000, "Timeout": 9000000000, "Retries": 3}}'
    post "/libpod/containers/$ctr/update" '{"health_startup_cmd": "test -e /up", "health_startup_interval": "1h", "health_startup_retries": 4, "health_startup_success": 2, "health_startup_timeout": "3s"}'
    [ "$status" = 201 ]
    look
    json '.Config.StartupHealthCheck | .Test == ["CMD-SHELL", "test -e /up"] and .Interval == 3600000000000 and .Timeout == 3000000000
        and .Retries == 4 and .Successes == 2'
}

@test "an update that is wrong changes nothing of what it asks for" {
    only_for coracle # podman takes a good part of these, and fails with 500 at the others
    start '{"healthconfig": {"Test": ["CMD-SHELL", "true"], "Interval": 3600000000000}, "resource_limits": {"memory": {"limit": 67108864}}}'
    local document
    for document in '{"health_timeout": "1ms"}' '{"health_retries": 0}' '{"health_interval": "often"}' \
        '{"health_on_failure": "cry"}' '{"health_log_destination": "/nosuch/folder"}' '{"health_max_log_size": -1}'; do
        post "/libpod/containers/$ctr/update" "$(jq -c '. + {memory: {limit: 134217728}}' <<<"$document")"
        refused 400 "$(jq -r 'keys[0]' <<<"$document")"
    done
    post "/libpod/containers/$ctr/update" '{"no_healthcheck": true, "health_cmd": "true", "memory": {"limit": 134217728}}'
    refused 400 no_healthcheck
    look
    json '.HostConfig.Memory == 67108864 and .Config.Healthcheck.Test == ["CMD-SHELL", "true"]'
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 67108864 ]
    post "/libpod/containers/$ctr/update" '{"cpu": {"burst": 5}}'
    refused 400 "cpu.burst"
    post "/libpod/containers/$ctr/update" '{"devices": [{"allow": true, "type": "c"}]}'
    refused 400 devices
    post "/libpod/containers/$ctr/update" '{"DeviceReadBPs": [{"Path": "/dev/nosuch", "Rate": 1000}]}'
    refused 400 /dev/nosuch
    create
    post "/libpod/containers/$ctr/update" '{"health_interval": "10s"}'
    refused 400 "no health check"
    post "/libpod/containers/$ctr/update" '{"health_startup_retries": 3}'
    refused 400 "no startup health check"
}

@test "an event tells of it" {
    create
    post "/libpod/containers/$ctr/update" '{"pids": {"limit": 99}}'
    api GET "/libpod/events?stream=false&since=10m&filters=$(quote "{\"container\":[\"$ctr\"],\"event\":[\"update\"]}")"
    [ "$(field '.Action + " " + .Actor.ID')" = "update $ctr" ]
}
