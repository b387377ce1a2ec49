# The list and inspect.
load "$E2E/lib/e2e"

list() { # [QUERY]: what is ours of it
    api GET "/containers/json?${1-}"
    [ "$status" = 200 ]
    body=$(jq --arg name "/$name" '[.[] | select(.Names | index($name))]' <<<"$body")
}

@test "the list has those that run, and all when asked" {
    docker_create
    list
    json 'length == 0'
    list 'all=1'
    json '.[0] | .State == "created" and .Status == "Created" and .Ports == [] and .Image == "'"$IMAGE"'"'
    api POST "/containers/$ctr/start"
    list
    json '.[0] | .Id == "'"$ctr"'" and .State == "running" and (.Status | startswith("Up "))'
    json '.[0] | .Command == "sleep infinity" and (.ImageID | startswith("sha256:")) and .HostConfig.NetworkMode == "none"'
    json '.[0] | .Labels["coracle.e2e"] == "busybox" and (.Created | type) == "number" and .Mounts == []'
    json '.[0] | has("SizeRw") | not'
    list 'size=1'
    json '.[0].SizeRootFs > 1000000'
}

@test "the list's limit counts the newest, running or not" {
    docker_create
    api GET '/containers/json?limit=1'
    json 'length == 1'
    api GET '/containers/json?limit=x'
    [ "$status" -ge 400 ]
}

@test "filters choose by name, id, label, status and image, and refuse what they do not know" {
    docker_create "{\"Labels\": {\"mark\": \"m$RANDOM$RANDOM\"}}"
    api GET "/containers/$ctr/json"
    mark=$(field .Config.Labels.mark)
    for filter in "{\"name\":[\"$name\"]}" "{\"id\":[\"${ctr:0:12}\"]}" "{\"label\":[\"mark=$mark\"]}" \
        "{\"label\":{\"mark=$mark\":true}}" "{\"status\":[\"created\"]}" "{\"ancestor\":[\"busybox\"]}"; do
        list "all=1&filters=$(quote "$filter")"
        json 'length == 1'
    done
    list "all=1&filters=$(quote "{\"label\":[\"mark=$mark\"],\"status\":[\"running\"]}")"
    json 'length == 0'
    api GET "/containers/json?filters=$(quote '{"nosuch":["x"]}')"
    refused 400 nosuch
    api GET "/containers/json?filters=$(quote '{"status":["nosuch"]}')"
    refused 400 nosuch
    api GET '/containers/json?filters=x'
    [ "$status" = 400 ]
    api GET "/containers/json?filters=$(quote '{"before":["nosuchcontainer"]}')"
    refused 404 nosuchcontainer
}

@test "the list has the image as it was asked for, and the id once the name is another's" {
    docker_create '{"Image": "busybox"}'
    list 'all=1'
    json '.[0].Image == "busybox"'
    other=e2e$RANDOM$RANDOM
    api POST "/images/busybox/tag?repo=$other&tag=1"
    [ "$status" = 201 ]
    docker_create "{\"Image\": \"$other:1\"}"
    list 'all=1'
    json ".[0].Image == \"$other:1\""
    api DELETE "/images/$other:1"
    [ "$status" = 200 ]
    list 'all=1'
    json '.[0] | .Image == .ImageID'
}

@test "inspect finds by name, name with slash, id and the beginning of an id" {
    docker_create
    for key in "$name" "$ctr" "${ctr:0:12}"; do
        api GET "/containers/$key/json"
        [ "$status" = 200 ]
        json '.Id == "'"$ctr"'" and .Name == "/'"$name"'"'
    done
    api GET /containers/nosuch/json
    refused 404 'No such container: nosuch'
}

@test "inspect of a container that never ran has states and times that say so" {
    docker_create
    api GET "/containers/$ctr/json"
    json '.State == {"Status": "created", "Running": false, "Paused": false, "Restarting": false, "OOMKilled": false,
        "Dead": false, "Pid": 0, "ExitCode": 0, "Error": "", "StartedAt": "0001-01-01T00:00:00Z", "FinishedAt": "0001-01-01T00:00:00Z"}'
    json '.RestartCount == 0 and .Platform == "linux" and .ExecIDs == null and .NetworkSettings.Ports == {}'
    json 'has("SizeRw") | not'
    api GET "/containers/$ctr/json?size=1"
    json '.SizeRootFs > 1000000 and .SizeRw >= 0'
}

@test "inspect keeps a variable without value and puts the image's behind the user's" {
    docker_create '{"Env": ["A=1", "BARE"]}'
    api GET "/containers/$ctr/json"
    json '.Config.Env[0:2] == ["A=1", "BARE"] and (.Config.Env[2] | startswith("PATH="))'
    api POST "/containers/$ctr/start"
    [ "$status" = 204 ]
}

@test "inspect shows the members of the level that was asked for" {
    only_for coracle # dockerd leaves out little of what is newer
    docker_create
    api GET "/v1.40/containers/$ctr/json"
    json '.HostConfig | (has("CgroupnsMode") | not) and (has("Annotations") | not)'
    api GET "/v1.41/containers/$ctr/json"
    json '(.HostConfig | has("CgroupnsMode")) and (.NetworkSettings | has("IPAddress"))'
    api GET "/v1.52/containers/$ctr/json"
    json '.NetworkSettings | has("IPAddress") | not'
}

@test "published and exposed ports are in the list and in inspect while it runs" {
    docker_start '{"ExposedPorts": {"90/tcp": {}, "81/tcp": {}}, "HostConfig": {"NetworkMode": "bridge",
        "PortBindings": {"81/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}}}'
    list
    json '.[0].Ports | map(select(.PrivatePort == 81)) | .[0] | .IP == "127.0.0.1" and .PublicPort > 0 and .Type == "tcp"'
    json '.[0].Ports | map(select(.PrivatePort == 90)) == [{"PrivatePort": 90, "Type": "tcp"}]'
    json '.[0].NetworkSettings.Networks.bridge | .IPAddress != "" and .Gateway != "" and .IPPrefixLen > 0'
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Ports["81/tcp"][0].HostPort | tonumber > 0'
    json '.NetworkSettings.Ports["90/tcp"] == null and (.NetworkSettings.Ports | has("90/tcp"))'
    json '.HostConfig.PortBindings == {"81/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]}'
    api GET "/v1.44/containers/$ctr/json"
    json '.NetworkSettings.IPAddress == .NetworkSettings.Networks.bridge.IPAddress and .NetworkSettings.MacAddress != ""'
    api POST "/containers/$ctr/kill"
    api POST "/containers/$ctr/wait"
    api GET "/v1.44/containers/$ctr/json"
    json '.NetworkSettings.Ports == {} and .NetworkSettings.IPAddress == "" and (.NetworkSettings.Networks | has("bridge"))'
}

@test "mounts are shown as given and as they are" {
    mkdir -p "$WORK/bound"
    volume=e2e$RANDOM$RANDOM
    docker_create "{\"Volumes\": {\"/anonymous\": {}}, \"HostConfig\": {\"Binds\": [\"$WORK/bound:/b:ro\", \"$volume:/v\"],
        \"Tmpfs\": {\"/t\": \"size=1m\"}, \"Mounts\": [{\"Type\": \"bind\", \"Source\": \"$WORK/bound\", \"Target\": \"/m\",
        \"ReadOnly\": true, \"BindOptions\": {\"Propagation\": \"rslave\"}}, {\"Type\": \"tmpfs\", \"Target\": \"/mt\",
        \"TmpfsOptions\": {\"SizeBytes\": 65536, \"Mode\": 448}}]}}"
    api GET "/containers/$ctr/json"
    json '.HostConfig.Binds | length == 2 and (.[0] | endswith("/bound:/b:ro"))'
    json '.HostConfig.Tmpfs == {"/t": "size=1m"} and .Config.Volumes == {"/anonymous": {}}'
    json '.HostConfig.Mounts | map(.Target) == ["/m", "/mt"]'
    json '.HostConfig.Mounts[0] | .ReadOnly and .BindOptions.Propagation == "rslave"'
    json '.HostConfig.Mounts[1].TmpfsOptions == {"SizeBytes": 65536, "Mode": 448}'
    json '[.Mounts[] | {(.Destination): [.Type, .RW, .Mode, .Propagation]}] | add | .["/b"] == ["bind", false, "ro", "rprivate"]
        and .["/v"] == ["volume", true, "z", ""] and .["/m"] == ["bind", false, "", "rslave"] and .["/anonymous"][0] == "volume"
        and .["/mt"] == ["tmpfs", true, "", ""] and (has("/t") | not)'
}
