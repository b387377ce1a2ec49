load "$E2E/lib/e2e"

@test "create answers 201 with the id and warnings" {
    docker_create
    json '(.Id | length) == 64 and .Warnings == []'
}

@test "create without a name makes one up" {
    post /containers/create '{"Image": "busybox"}'
    [ "$status" = 201 ]
    ctr=$(field .Id)
    api GET "/containers/$ctr/json"
    json '.Name | test("^/[a-z]+_[a-z]+")'
    forget_later "$ctr"
}

@test "create of an image that is not there is a 404 that clients pull for" {
    post /containers/create '{"Image": "nosuchimage"}'
    refused 404 'No such image: nosuchimage:latest'
}

@test "create with a taken name is a 409 that says by whom" {
    docker_create
    first=$ctr
    post "/containers/create?name=$name" '{"Image": "busybox"}'
    refused 409 "The container name \"/$name\" is already in use by container \"$first\""
}

@test "create refuses names that are none" {
    post '/containers/create?name=a%20b' '{"Image": "busybox"}'
    refused 400 'a b'
    post '/containers/create?name=-a' '{"Image": "busybox"}'
    refused 400 '-a'
}

@test "create refuses what it would not honour, by name" {
    only_for coracle
    refuses() { # MEMBER HOSTCONFIG
        post /containers/create "{\"Image\": \"busybox\", \"HostConfig\": $2}"
        refused 400 "$1"
    }
    refuses StorageOpt '{"StorageOpt": {"size": "1G"}}'
    refuses DeviceRequests '{"DeviceRequests": [{"Count": -1}]}'
    refuses BlkioDeviceReadBps '{"BlkioDeviceReadBps": [{"Path": "/dev/sda", "Rate": 1}]}'
    refuses BlkioDeviceWriteIOps '{"BlkioDeviceWriteIOps": [{"Path": "/dev/null", "Rate": 1}]}'
    refuses IOMaximumIOps '{"IOMaximumIOps": 5}'
    refuses IOMaximumBandwidth '{"IOMaximumBandwidth": 5}'
    refuses "real-time runtime" '{"CpuRealtimePeriod": 1000, "CpuRealtimeRuntime": 2000}'
    refuses 'user namespace' '{"UsernsMode": "keep-id"}'
}

@test "create refuses values that cannot be" {
    post /containers/create '{"Image": "busybox", "HostConfig": {"RestartPolicy": {"Name": "sometimes"}}}'
    refused 400 'sometimes'
    post /containers/create '{"Image": "busybox", "HostConfig": {"AutoRemove": true, "RestartPolicy": {"Name": "always"}}}'
    refused 400 AutoRemove
    post /containers/create '{"Image": "busybox", "HostConfig": {"LogConfig": {"Type": "nosuchdriver"}}}'
    refused 400 nosuchdriver
    post /containers/create '{"Image": "busybox", "HostConfig": {"Memory": 1024}}'
    refused 400 emory
    post /containers/create '{"Image": "busybox", "Env": ["=b"]}'
    refused 400 '=b'
    post /containers/create '{"Image": "busybox", "HostConfig": {"Binds": ["/tmp:relative"]}}'
    refused 400 relative
    only_for coracle # dockerd takes it and does nothing with it
    post /containers/create '{"Image": "busybox", "HostConfig": {"PortBindings": {"80/icmp": [{}]}}}'
    refused 400 icmp
}

@test "create takes JSON alone" {
    api POST /containers/create -H 'Content-Type: text/plain' --data '{"Image": "busybox"}'
    refused 400 'text/plain' 'application/json'
    post /containers/create '{"Image": '
    [ "$status" = 400 ]
    post /containers/create '{"Image": 5}'
    [ "$status" = 400 ]
}

@test "create for a platform that the image is not of is a 404" {
    post '/containers/create?platform=linux/s390x' '{"Image": "busybox"}'
    [ "$status" = 404 ]
    [[ $(field .message) == *s390x* ]]
}

@test "create joins its limits and defaults for inspect" {
    docker_create '{"HostConfig": {"Memory": 67108864, "PidsLimit": 20, "NanoCpus": 500000000, "CapAdd": ["NET_ADMIN"],
        "Ulimits": [{"Name": "nofile", "Soft": 100, "Hard": 200}], "ShmSize": 1048576, "Sysctls": {"net.ipv4.ip_forward": "1"},
        "Dns": ["192.0.2.1"], "ExtraHosts": ["db:192.0.2.2"], "SecurityOpt": ["no-new-privileges"]}}'
    api GET "/containers/$ctr/json"
    json '.HostConfig | .Memory == 67108864 and .MemorySwap == 134217728 and .PidsLimit == 20 and .NanoCpus == 500000000'
    json '.HostConfig | .Ulimits == [{"Name": "nofile", "Soft": 100, "Hard": 200}] and .ShmSize == 1048576'
    json '.HostConfig | .Dns == ["192.0.2.1"] and .ExtraHosts == ["db:192.0.2.2"] and .SecurityOpt == ["no-new-privileges"]'
    json '.HostConfig | .NetworkMode == "none" and .LogConfig == {"Type": "json-file", "Config": {}} and .IpcMode == "private"'
}
