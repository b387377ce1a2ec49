load "$E2E/lib/e2e"

limit_of() { # FILE OF V1 FILE OF V2: what the container's first process is held to
    local pid controller path
    api GET "/containers/$ctr/json"
    pid=$(field .State.Pid)
    controller=${1%%.*}
    if path=$(awk -F: -v c="$controller" '$2 ~ "(^|,)" c "(,|$)" { print $3 }' "/proc/$pid/cgroup") && [ -n "$path" ]; then
        cat /sys/fs/cgroup/*"$controller"*"$path/$1" 2>/dev/null | head -n 1
    else
        cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/$2"
    fi
}

@test "update changes limits of one that runs at once, and keeps the others" {
    docker_start '{"HostConfig": {"Memory": 67108864, "CpuShares": 512, "PidsLimit": 50}}'
    post "/containers/$ctr/update" '{"Memory": 134217728, "MemorySwap": -1, "CpuQuota": 50000, "CpuPeriod": 100000}'
    [ "$status" = 200 ]
    api GET "/containers/$ctr/json"
    json '.HostConfig | .Memory == 134217728 and .MemorySwap == -1 and .CpuQuota == 50000 and .CpuShares == 512 and .PidsLimit == 50'
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 134217728 ]
    [ "$(limit_of pids.max pids.max)" = 50 ]
    post "/containers/$ctr/update" '{"PidsLimit": 77}'
    [ "$(limit_of pids.max pids.max)" = 77 ]
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 134217728 ]
    post "/containers/$ctr/update" '{"PidsLimit": -1}'
    [[ $(limit_of pids.max pids.max) =~ ^(max|4194304)$ ]]
}

@test "update of one that does not run counts from its next start" {
    docker_create '{"HostConfig": {"Memory": 67108864}}'
    post "/containers/$ctr/update" '{"Memory": 134217728, "MemorySwap": 268435456, "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}}'
    [ "$status" = 200 ]
    api POST "/containers/$ctr/start"
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 134217728 ]
    json '.HostConfig.RestartPolicy == {Name: "on-failure", MaximumRetryCount: 3}'
    api GET "/events?since=0&until=$(date +%s.%N)&filters=$(quote '{"container": ["'"$ctr"'"], "event": ["update"]}')"
    grep -q '"Action":"update"' <<<"$body"
}

@test "an update that is wrong, or against what stays, changes nothing" {
    docker_start '{"HostConfig": {"Memory": 67108864, "MemorySwap": 67108864, "NanoCpus": 500000000}}'
    post "/containers/$ctr/update" '{"Memory": 1000}'
    refused 400 "Minimum memory limit allowed is 6MB"
    post "/containers/$ctr/update" '{"Memory": 134217728}'
    refused 400 "update the memoryswap at the same time"
    post "/containers/$ctr/update" '{"CpuQuota": 50000}'
    refused 400 "NanoCPUs has already been set"
    post "/containers/$ctr/update" '{"CpusetCpus": "900"}'
    refused 400 "Requested CPUs are not available"
    post "/containers/$ctr/update" '{"RestartPolicy": {"Name": "sometimes"}}'
    refused 400 "unknown policy 'sometimes'"
    post /containers/nosuch/update '{"Memory": 134217728}'
    refused 404 nosuch
    api GET "/containers/$ctr/json"
    json '.HostConfig | .Memory == 67108864 and .CpuQuota == 0 and .CpusetCpus == "" and .RestartPolicy.Name == "no"'
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 67108864 ]
    docker_start '{"HostConfig": {"AutoRemove": true}}'
    post "/containers/$ctr/update" '{"RestartPolicy": {"Name": "always"}}'
    refused 400 AutoRemove
}

@test "what is settled when a container is made is refused by name" {
    only_for coracle # dockerd says nothing and does nothing
    docker_create
    post "/containers/$ctr/update" '{"Devices": [{"PathOnHost": "/dev/null"}]}'
    refused 400 "Devices: is settled"
    post "/containers/$ctr/update" '{"Init": true}'
    refused 400 "Init: is settled"
    post "/containers/$ctr/update" '{"Ulimits": [{"Name": "nofile", "Soft": 10, "Hard": 10}]}'
    refused 400 "Ulimits: is settled"
}

@test "docker update" {
    docker_start
    run -0 docker update --memory 64m --memory-swap 128m --pids-limit 33 "$ctr"
    [ "$(limit_of memory.limit_in_bytes memory.max)" = 67108864 ]
    [ "$(limit_of pids.max pids.max)" = 33 ]
}
