# GET /system/df
load "$E2E/lib/e2e"
load ../images/images

teardown_file() {
    e2e_remove_containers
    remove_images
}

df() { # [QUERY]
    api GET "/v1.45/system/df${1:+?$1}"
    [ "$status" = 200 ]
}

@test "images are told with their users and the bytes they share" {
    fresh_image
    docker_create "{\"Image\": \"$id\"}"
    df
    json '.Images | map(select(.Id == $id))[0] | .Containers == 1 and .Size > 0 and .SharedSize == 0 and .RepoTags == [$name + ":latest"]' \
        --arg id "$id" --arg name "$image"
    json '.LayersSize >= (.Images | map(.Size - .SharedSize) | add)'
    api POST "/images/$image/tag?repo=$image&tag=again"
    df type=image
    json '.Images | map(select(.Id == $id)) | length == 1' --arg id "$id" # one row however many names
}

@test "a container's own layer is counted while it runs, after it ended, and after it changed again" {
    docker_start '{"Cmd": ["sh", "-c", "dd if=/dev/zero of=/big bs=1024 count=100 && sleep 1000"]}'
    wait_until 60 has_bytes 102400
    api POST "/containers/$ctr/kill"
    api POST "/containers/$ctr/wait"
    has_bytes 102400
    has_bytes 102400
    api POST "/containers/$ctr/start"
    api GET "/containers/$ctr/json"
    [ "$ENGINE" = podman ] || dd if=/dev/zero of="/proc/$(field .State.Pid)/root/more" bs=1024 count=50
    api POST "/containers/$ctr/kill"
    api POST "/containers/$ctr/wait"
    [ "$ENGINE" = podman ] || has_bytes 153600
}

has_bytes() { # NUMBER
    df type=container
    json '.Containers | map(select(.Id == $id))[0] | .SizeRw >= $bytes and .SizeRw < $bytes + 20000 and .SizeRootFs > .SizeRw' \
        --arg id "$ctr" --argjson bytes "$1"
}

@test "volumes are told with their users and bytes" {
    fresh_name
    docker_start "{\"Cmd\": [\"sh\", \"-c\", \"dd if=/dev/zero of=/v/file bs=1024 count=70; sleep 1000\"], \"HostConfig\": {\"Binds\": [\"$name-v:/v\"]}}"
    local volume
    api GET "/containers/$ctr/json"
    volume=$(field '.Mounts[0].Name')
    wait_until 60 counts "$volume" 1
    api DELETE "/containers/$ctr?force=true"
    counts "$volume" 0
    api DELETE "/volumes/$volume"
}

counts() { # VOLUME USERS
    df type=volume
    json '.Volumes | map(select(.Name == $name))[0].UsageData | .RefCount == $users and .Size >= 71680 and .Size < 90000' \
        --arg name "$1" --argjson users "$2"
}

@test "only the kinds that were asked for are told" {
    docker_create
    df 'type=volume&type=build-cache'
    json '(.Images // []) == [] and (.Containers // []) == [] and .BuildCache == []'
    df type=container
    json '(.Images // []) == [] and (.Containers | length) > 0'
    api GET '/system/df?type=colour'
    refused 400 type colour
}

@test "from 1.52 on sums are told, and items with verbose" {
    only_for coracle
    docker_create
    api GET /v1.52/system/df
    json 'has("Images") or has("LayersSize") | not'
    json '.ImageUsage | .TotalCount >= 1 and .ActiveCount >= 1 and .TotalSize > 0 and .Reclaimable >= 0 and (has("Items") | not)'
    json '.ContainerUsage.TotalCount >= 1 and .VolumeUsage.TotalCount >= 0 and .BuildCacheUsage.TotalSize == 0'
    api GET '/v1.52/system/df?verbose=true&type=container'
    json '.ContainerUsage.Items | map(.Id) | index($id) != null' --arg id "$ctr"
    json 'has("ImageUsage") | not'
}
