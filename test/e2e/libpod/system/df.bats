# GET /libpod/system/df
load "$E2E/lib/e2e"

@test "names of images, containers and volumes are told with their bytes" {
    fresh_name
    local volume=$name-v tag=t$BASHPID
    api POST "/libpod/images/$IMAGE/tag?repo=docker.io/e2e/df&tag=$tag"
    start "{\"command\":[\"sh\",\"-c\",\"dd if=/dev/zero of=/big bs=1024 count=100; touch /v/x; sleep 1000\"],\"volumes\":[{\"Name\":\"$volume\",\"Dest\":\"/v\"}]}"
    wait_until 60 big_is_counted
    api GET "/libpod/images/$IMAGE/json"
    local id
    id=$(field .Id)
    api GET /libpod/system/df
    json '.Images | map(select(.ImageID == $id)) | map(.Repository) | index("docker.io/e2e/df") != null' --arg id "$id"
    json '.Images | map(select(.Tag == $tag))[0] | .Size == .SharedSize + .UniqueSize and .Containers >= 1' --arg tag "$tag"
    json '.Containers | map(select(.ContainerID == $id))[0] | .Names == $name and .Status == "running" and .LocalVolumes == 1 and .Size > .RWSize' \
        --arg id "$ctr" --arg name "$name"
    json '.Volumes | map(select(.VolumeName == $name))[0] | .Links == 1 and .ReclaimableSize == 0' --arg name "$volume"
    json '.ImagesSize > 0'
    api DELETE "/libpod/images/docker.io/e2e/df:$tag"
    api DELETE "/libpod/containers/$ctr?force=true"
    api DELETE "/libpod/volumes/$volume"
}

big_is_counted() {
    api GET /libpod/system/df
    json '.Containers | map(select(.ContainerID == $id))[0].RWSize >= 102400' --arg id "$ctr"
}
