# GET /info
load "$E2E/lib/e2e"

@test "info tells of the machine" {
    api GET /info
    [ "$status" = 200 ]
    json '.OSType == "linux" and .Architecture == $machine and .KernelVersion == $kernel and .NCPU == $cpus' \
        --arg machine "$(uname -m)" --arg kernel "$(uname -r)" --argjson cpus "$(nproc)"
    json '.MemTotal == $bytes' --argjson bytes "$(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) * 1024))"
    json '.CgroupVersion == $version' --arg version "$([ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] && echo 2 || echo 1)"
    json '.Name == $name' --arg name "$(uname -n)"
    json '.SystemTime | test("^20[0-9-]*T")'
}

@test "info counts containers and images" {
    api GET /info
    local before
    before=$(field .Images)
    docker_start
    api GET /info
    json '.ContainersRunning >= 1 and .Containers == .ContainersRunning + .ContainersPaused + .ContainersStopped and .Images >= 1'
    [ "$before" -ge 1 ]
}

@test "the engine keeps its id, and is in no swarm" {
    api GET /info
    local id
    id=$(field .ID)
    [ -n "$id" ]
    api GET /info
    json '.ID == $id and .Swarm.LocalNodeState == "inactive" and .Swarm.ControlAvailable == false' --arg id "$id"
}

@test "runtimes, drivers and registries are those there are" {
    api GET /info
    json '.DefaultRuntime as $name | .Runtimes[$name].path | length > 0'
    [ "$ENGINE" != coracle ] || json '.Runtimes | keys == ["crun", "runc"] and all(.path | startswith("/"))'
    json '.Plugins | (.Volume | index("local")) != null and (.Network | index("bridge")) != null and (.Log | index("json-file")) != null'
    json '.RegistryConfig.IndexConfigs["docker.io"] | .Official == true and .Secure == true'
    json '.RegistryConfig.InsecureRegistryCIDRs | index("127.0.0.0/8") != null'
    json '.IndexServerAddress == "https://index.docker.io/v1/"'
}

@test "the default seccomp profile has the name of its level" {
    api GET /v1.41/info
    json '.SecurityOptions | index("name=seccomp,profile=default") != null' || only_for coracle
    api GET /v1.43/info
    json '.SecurityOptions | index("name=seccomp,profile=builtin") != null'
}

@test "info counts descriptors and who follows events" {
    api GET /info
    json '.NFd > 3'
    only_for coracle # dockerd counts its own followers too
    background "$BATS_TEST_TMPDIR/events" curl -sN --unix-socket "$SOCKET" -D "$BATS_TEST_TMPDIR/head" http://e2e/events
    wait_until 20 file_has "$BATS_TEST_TMPDIR/head" 200
    api GET /info
    json '.NEventsListener >= 1'
}

@test "the pools are what subnets of networks that name none come from" {
    only_for coracle # Docker lists those of its own configuration
    api GET /info
    json '.DefaultAddressPools | length > 0 and all(.Size == 24)'
    local pools
    pools=$(field '[.DefaultAddressPools[].Base]')
    docker_network '{}'
    api GET "/networks/$net"
    python3 -c 'import ipaddress, json, sys
subnet = ipaddress.ip_network(sys.argv[2])
assert any(subnet.subnet_of(ipaddress.ip_network(base)) for base in json.loads(sys.argv[1])), sys.argv' "$pools" "$(field '.IPAM.Config[0].Subnet')"
}
