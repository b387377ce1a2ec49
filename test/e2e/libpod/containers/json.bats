load "$E2E/lib/e2e"

list() { # FILTERS [more query]
    api GET "/libpod/containers/json?filters=$(quote "$1")${2-}"
    [ "$status" = 200 ]
}

names() {
    field '.[].Names[0]' | sort | paste -sd' '
}

@test "the list shows what runs, and all with all" {
    create '{"labels":{"list":"'"$BATS_TEST_NAME"'"}}'
    local idle=$name
    start '{"labels":{"list":"'"$BATS_TEST_NAME"'"}}'
    local busy=$name
    list "{\"label\":[\"list=$BATS_TEST_NAME\"]}"
    [ "$(names)" = "$busy" ]
    list "{\"label\":[\"list=$BATS_TEST_NAME\"]}" '&all=true'
    [ "$(names)" = "$(printf '%s\n' "$idle" "$busy" | sort | paste -sd' ')" ]
}

@test "an entry says what podman's says" {
    start '{"command":["sleep","1000"],"labels":{"a":"b"},"netns":{"nsmode":"bridge"},"portmappings":[{"host_ip":"127.0.0.1","host_port":18091,"container_port":80,"protocol":"tcp"}]}'
    list "{\"id\":[\"$ctr\"]}"
    json 'length == 1'
    json '.[0] | .Id == $id and .Image == $image and .State == "running" and .Labels.a == "b"' --arg id "$ctr" --arg image "$IMAGE"
    json '.[0] | .Command == ["sleep","1000"] and .Pid > 0 and .Exited == false and .IsInfra == false'
    json '.[0].Ports == [{"host_ip":"127.0.0.1","container_port":80,"host_port":18091,"range":1,"protocol":"tcp"}]'
    json '.[0].Created | type == "string" and test("^[0-9]{4}-")'
    json '.[0].StartedAt > 1600000000'
    json '.[0].ImageID | test("^[0-9a-f]{64}$")'
}

@test "filters by name, id, state, image, label and order" {
    create "{\"labels\":{\"one\":\"$BATS_TEST_NUMBER$RANDOM\"}}"
    local first=$ctr first_name=$name label
    api GET "/libpod/containers/$first/json"
    label=$(field .Config.Labels.one)
    create "{\"labels\":{\"one\":\"$label\",\"two\":\"\"}}"
    local second=$ctr filter
    for filter in "\"name\":[\"$first_name\"]" "\"id\":[\"${first:0:20}\"]" "\"before\":[\"$second\"]" "\"label!\":[\"two\"]"; do
        list "{\"label\":[\"one=$label\"],$filter}" '&all=true'
        json 'map(.Id) == [$id]' --arg id "$first"
    done
    for filter in "\"since\":[\"$first\"]" '"label":["two"]'; do
        list "{\"label\":[\"one=$label\"],$filter}" '&all=true' # the same key twice: the last counts
    done
    list "{\"label\":[\"one=$label\",\"two\"]}" '&all=true'
    json 'map(.Id) == [$id]' --arg id "$second"
    list "{\"label\":[\"one=$label\"],\"ancestor\":[\"$IMAGE\"],\"status\":[\"created\"]}"
    json 'length == 2'
    list "{\"label\":[\"one=$label\"],\"status\":[\"running\",\"exited\"]}" '&all=true'
    json 'length == 0'
}

@test "limit takes the newest" {
    create '{"labels":{"limit":"yes"}}'
    create '{"labels":{"limit":"yes"}}'
    list '{"label":["limit=yes"]}' '&limit=1'
    json 'map(.Id) == [$id]' --arg id "$ctr"
    list '{"label":["limit=yes"]}' '&last=1'
    json 'map(.Id) == [$id]' --arg id "$ctr"
}

@test "sizes are computed on demand" {
    start '{"command":["sh","-c","dd if=/dev/zero of=/big bs=1024 count=300 2>/dev/null; echo done; sleep 1000"]}'
    wait_until 60 said_done "$ctr"
    list "{\"id\":[\"$ctr\"]}" '&size=true'
    json '.[0].Size | .rwSize >= 300 * 1024 and .rootFsSize > .rwSize'
    list "{\"id\":[\"$ctr\"]}"
    json '.[0].Size == null'
    api GET "/libpod/containers/$ctr/json?size=true"
    json '.SizeRw >= 300 * 1024 and .SizeRootFs > .SizeRw'
}

said_done() { # ID
    api GET "/libpod/containers/$1/logs?stdout=true"
    [[ $body == *done* ]]
}

@test "unknown filters and states are refused" {
    api GET "/libpod/containers/json?filters=$(quote '{"colour":["red"]}')"
    refused 400 filters colour
    api GET "/libpod/containers/json?filters=$(quote '{"status":["busy"]}')"
    refused 400 filters status busy
    api GET "/libpod/containers/json?filters=$(quote '["a"]')"
    refused 400 filters
}

@test "inspect follows a container through its states" {
    create '{"command":["sh","-c","exit 6"]}'
    api GET "/libpod/containers/$ctr/json"
    json '.State | .Status == "created" and .Running == false and .Pid == 0 and .StartedAt == "0001-01-01T00:00:00Z"'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait"
    api GET "/libpod/containers/$ctr/json"
    json '.State | .Status == "exited" and .Running == false and .ExitCode == 6 and .Pid == 0'
    json '.State | .StartedAt < .FinishedAt and (.FinishedAt | test("^[0-9]{4}-[0-9-]+T[0-9:]+[.]?[0-9]*(Z|[+-])"))'
}

@test "inspect says what was asked for" {
    start '{"env":{"A":"b"},"hostname":"box","user":"nobody","work_dir":"/tmp","stop_timeout":3,"stop_signal":10,"restart_policy":"on-failure",
        "restart_tries":4,"cap_add":["NET_RAW"],"read_only_filesystem":true,"resource_limits":{"memory":{"limit":67108864},"pids":{"limit":50}}}'
    api GET "/libpod/containers/$ctr/json"
    json '.Name == $name and .Path == "sleep" and .Args == ["infinity"]' --arg name "$name"
    json '.ImageName == $image and (.Image | test("^[0-9a-f]{64}$"))' --arg image "$IMAGE"
    json '.Config | .Hostname == "box" and .User == "nobody" and .WorkingDir == "/tmp" and .StopTimeout == 3 and (.Env | index("A=b") != null)'
    json '.HostConfig | .Memory == 67108864 and .PidsLimit == 50 and .ReadonlyRootfs and .CapAdd == ["CAP_NET_RAW"]'
    json '.HostConfig.RestartPolicy == {"Name":"on-failure","MaximumRetryCount":4} and .HostConfig.NetworkMode == "none"'
    json '.State.Pid > 0 and (.EffectiveCaps == [] or .EffectiveCaps == ["CAP_NET_RAW"] or .EffectiveCaps == null)'
}

@test "inspect has the address on the bridge while it runs, and none afterwards" {
    start '{"netns":{"nsmode":"bridge"}}'
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Networks | to_entries | length == 1 and (.[0].value.IPAddress | test("^[0-9.]+$")) and (.[0].value.Gateway | length > 0)'
    json '.NetworkSettings.SandboxKey | startswith("/")'
    api POST "/libpod/containers/$ctr/stop?timeout=0"
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Networks | to_entries | .[0].value.IPAddress == ""'
}

@test "a beginning of an id that fits two is a conflict" {
    only_for coracle
    local i
    for i in $(seq 17); do # two of them begin alike
        create
    done
    list '{}' '&all=true'
    local letter
    letter=$(field '.[].Id[0:1]' | sort | uniq -d | head -n 1)
    api GET "/libpod/containers/$letter/json"
    refused 409 "$letter"
}
