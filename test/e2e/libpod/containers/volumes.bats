load "$E2E/lib/e2e"

run_in() { # CONTAINER COMMAND: $output of a shell in it
    post "/containers/$1/exec" "$(jq -cn --arg command "$2" '{AttachStdout: true, AttachStderr: true, Cmd: ["sh", "-c", $command]}')"
    post "/exec/$(field .Id)/start" '{}'
    output=$(unframe <"$body_file")
}

needs() { # VOLUME: "NeedsCopyUp NeedsChown MountCount" of it
    api GET "/libpod/volumes/$1/json"
    field '"\(.NeedsCopyUp // false) \(.NeedsChown // false) \(.MountCount)"'
}

@test "a volume belongs to whom the image or the container's user says" {
    v=w$RANDOM$RANDOM
    start "{\"user\": \"1000:1001\", \"volumes\": [{\"Name\": \"$v-etc\", \"Dest\": \"/etc\"}, {\"Name\": \"$v-tmp\", \"Dest\": \"/tmp\"},
        {\"Name\": \"$v-new\", \"Dest\": \"/new\"}, {\"Name\": \"$v-nocopy\", \"Dest\": \"/bin/x\", \"Options\": [\"nocopy\"]}]}"
    run_in "$ctr" 'stat -c "%u %g %a" /etc /tmp /new /bin/x; ls /etc/passwd'
    [ "$output" = "$(printf '0 0 755\n0 0 1777\n1000 1001 755\n1000 1001 755\n/etc/passwd')" ]
    [ "$(needs "$v-etc")" = 'false false 0' ]
    [ "$(needs "$v-tmp")" = 'true false 0' ]
    [ "$(needs "$v-new")" = 'true true 0' ]
    start "{\"user\": \"7:8\", \"volumes\": [{\"Name\": \"$v-new\", \"Dest\": \"/new\"}]}"
    run_in "$ctr" 'stat -c "%u %g" /new'
    [ "$output" = '7 8' ]
}

@test "the owner given with a volume stays" {
    v=w$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$v\", \"Options\": {\"o\": \"uid=1000,gid=1001\"}}"
    [ "$status" = 201 ]
    json '.UID == 1000 and .GID == 1001 and (has("NeedsChown") | not)'
    start "{\"user\": \"7:8\", \"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/new\"}]}"
    run_in "$ctr" 'stat -c "%u %g" /new'
    [ "$output" = '1000 1001' ]
}

@test "a mounted volume says how many have it" {
    v=w$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$v\", \"Options\": {\"type\": \"tmpfs\", \"device\": \"tmpfs\"}}"
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/v\"}]}"
    [[ $(needs "$v") == *' 1' ]]
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/v\"}]}"
    [[ $(needs "$v") == *' 2' ]]
    api DELETE "/libpod/volumes/$v?force=true&timeout=0"
    [ "$status" = 204 ]
}

@test "a volume of the image driver is a writable copy of an image, which it keeps from removal" {
    v=w$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$v\", \"Driver\": \"image\", \"Options\": {\"image\": \"$IMAGE\"}}"
    [ "$status" = 201 ]
    json ".Driver == \"image\" and .Options == {image: \"$IMAGE\"} and (.StorageID | test(\"^[0-9a-f]{64}$\"))"
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/img\"}]}"
    run_in "$ctr" 'ls -d /img/bin/busybox && echo mark >/img/mark'
    [ "$output" = /img/bin/busybox ]
    [[ $(needs "$v") == *' 1' ]]
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/img\"}]}"
    run_in "$ctr" 'cat /img/mark'
    [ "$output" = mark ]
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    api DELETE "/libpod/volumes/$v"
    [ "$status" = 204 ]
}

@test "the image driver refuses what is no image" {
    post /libpod/volumes/create '{"Name": "never-made", "Driver": "image"}'
    refused 400 image
    post /libpod/volumes/create '{"Name": "never-made", "Driver": "image", "Options": {"image": "nosuch"}}'
    refused 404 nosuch
    post /libpod/volumes/create '{"Name": "never-made", "Driver": "image", "Options": {"foo": "x"}}'
    refused 400 foo
    api GET /libpod/volumes/never-made/exists
    [ "$status" = 404 ]
}

@test "a subpath of a volume is mounted instead of all of it" {
    v=w$RANDOM$RANDOM
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/v\"}]}"
    run_in "$ctr" 'mkdir /v/sub && echo in >/v/sub/file'
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/v\", \"SubPath\": \"sub\"}]}"
    run_in "$ctr" 'cat /v/file'
    [ "$output" = in ]
    create "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/v\", \"SubPath\": \"missing\"}]}"
    api POST "/libpod/containers/$ctr/start"
    refused 400 missing
}

@test "volumes_from takes volumes over, also read-only" {
    v=w$RANDOM$RANDOM
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/v\"}]}"
    first=$ctr
    run_in "$first" 'echo shared >/v/file'
    start "{\"volumes_from\": [\"$first:ro\"]}"
    run_in "$ctr" 'cat /v/file; touch /v/no'
    [[ $output == shared*'Read-only file system'* ]]
}
