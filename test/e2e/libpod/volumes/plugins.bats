load "$E2E/lib/e2e"
load "$E2E/lib/plugins"

setup() {
    only_for coracle
    plugin_start
    v=v$RANDOM$RANDOM
}

run_in() { # CONTAINER COMMAND
    post "/containers/$1/exec" "$(jq -cn --arg command "$2" '{AttachStdout: true, Cmd: ["sh", "-c", $command]}')"
    post "/exec/$(field .Id)/start" '{}'
    unframe <"$body_file"
}

@test "a plugin's volume is made, listed, shown in the plugin's words and removed" {
    make '{"colour": "red"}'
    [ "$status" = 201 ]
    json ".Name == \"$v\" and .Driver == \"$plugin\" and .Scope == \"global\" and .Options == {colour: \"red\"} and (has(\"NeedsChown\") | not)"
    [ -d "$shelf/volumes/$v" ]
    api GET "/libpod/volumes/json?filters=$(quote "{\"driver\":[\"$plugin\"]}")"
    json "map(.Name) == [\"$v\"]"
    api GET "/libpod/volumes/$v/json"
    json ".Status == {users: 0} and .Mountpoint == \"$shelf/volumes/$v\" and .MountCount == 0"
    api GET "/libpod/volumes/$v/exists"
    [ "$status" = 204 ]
    api GET /libpod/info
    json '.plugins.volume | index($plugin)' --arg plugin "$plugin"
    api DELETE "/libpod/volumes/$v"
    [ "$status" = 204 ]
    [ ! -e "$shelf/volumes/$v" ]
}

@test "a volume that the plugin has already is used as it is, and a half-made one is left to it" {
    mkdir "$shelf/volumes/$v"
    make
    [ "$status" = 201 ]
    [ "$(asked VolumeDriver.Create)" = 0 ]
}

@test "containers have it mounted by their ids, once each, while they run" {
    make
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/a\"}, {\"Name\": \"$v\", \"Dest\": \"/b\"}]}"
    first=$ctr
    [ "$(users "$v")" = "$first" ]
    api GET "/libpod/containers/$first/json"
    json ".Mounts | all(.Source == \"$shelf/volumes/$v\" and .Name == \"$v\" and .Driver == \"$plugin\")"
    api GET "/containers/$first/json"
    json ".Mounts | length == 2 and all(.Source == \"$shelf/volumes/$v\")"
    [ "$(run_in "$first" 'echo mark >/a/file; cat /b/file')" = mark ]
    [ "$(cat "$shelf/volumes/$v/file")" = mark ]
    start "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/a\"}]}"
    [ "$(users "$v" | wc -l)" = 2 ]
    api GET "/libpod/volumes/$v/json"
    json ".MountCount == 2 and .Mountpoint == \"$shelf/volumes/$v\" and .Status == {users: 2}"
    api DELETE "/libpod/volumes/$v"
    refused 409 "$first" "$ctr"
    api POST "/libpod/containers/$ctr/kill"
    wait_until 20 eval '[ "$(users "$v")" = "$first" ]' # the exit handler does it
    api POST "/libpod/containers/$first/stop?timeout=0"
    wait_until 20 nobody_has "$v"
    [ "$(asked VolumeDriver.Mount)" = 2 ]
    [ "$(asked VolumeDriver.Unmount)" = 2 ]
}

@test "what a plugin refuses is said in its words, and nothing is half made" {
    make '{"bad": "thing"}'
    refused 400 "the shelf does not take bad=thing" VolumeDriver.Create "$v"
    api GET "/libpod/volumes/$v/exists"
    [ "$status" = 404 ]
    make
    create "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/a\"}]}"
    refuses VolumeDriver.Mount "the shelf is too high"
    api POST "/libpod/containers/$ctr/start"
    refused 400 "the shelf is too high" "$v"
    [ "$(asked VolumeDriver.Unmount)" = 0 ]
    rm "$shelf/refuse/VolumeDriver.Mount"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    refuses VolumeDriver.Remove "the shelf is dear to me"
    api DELETE "/libpod/volumes/$v"
    refused 409 "the shelf is dear to me" "$v"
    api GET "/libpod/volumes/$v/exists"
    [ "$status" = 204 ]
    api DELETE "/libpod/volumes/$v?force=true"
    [ "$status" = 204 ]
    api GET "/libpod/volumes/$v/exists"
    [ "$status" = 404 ]
    [ -d "$shelf/volumes/$v" ]
}

@test "a plugin that does not answer has a deadline, and keeps nobody from the rest" {
    make
    create "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/a\"}]}"
    touch "$shelf/hang/VolumeDriver.Mount"
    api POST "/libpod/containers/$ctr/start" --max-time 60
    [ "$status" = 500 ]
    json '.message | contains("does not answer within 5 s")'
    [ "$(asked VolumeDriver.Unmount)" = 1 ] # it may have mounted it all the same
    rm "$shelf/hang/VolumeDriver.Mount"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    [ "$(users "$v")" = "$ctr" ]
}

@test "without its plugin a volume is named, and goes by force" {
    make
    create "{\"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/a\"}]}"
    plugin_stop
    api POST "/libpod/containers/$ctr/start"
    refused 404 "$plugin"
    api GET "/libpod/volumes/$v/json"
    refused 404 "$plugin"
    api DELETE "/libpod/containers/$ctr"
    api DELETE "/libpod/volumes/$v"
    refused 404 "$plugin"
    api DELETE "/libpod/volumes/$v?force=true"
    [ "$status" = 204 ]
    make
    refused 404 "$plugin"
}

@test "what is in a plugin's volume goes out and in as an archive" {
    make
    echo hello >"$shelf/volumes/$v/file"
    api GET "/libpod/volumes/$v/export"
    [ "$status" = 200 ]
    cp "$body_file" "$BATS_TEST_TMPDIR/out.tar"
    rm "$shelf/volumes/$v/file"
    api POST "/libpod/volumes/$v/import" --data-binary "@$BATS_TEST_TMPDIR/out.tar"
    [ "$status" = 204 ]
    [ "$(cat "$shelf/volumes/$v/file")" = hello ]
    nobody_has "$v"
    [ "$(asked VolumeDriver.Mount)" = 2 ]
}

@test "a plugin's volume gets what the image has, and keeps its owner" {
    make
    chown 5:6 "$shelf/volumes/$v"
    start "{\"user\": \"7:8\", \"volumes\": [{\"Name\": \"$v\", \"Dest\": \"/etc\"}]}"
    [ -s "$shelf/volumes/$v/passwd" ]
    [ "$(stat -c '%u %g' "$shelf/volumes/$v")" = '5 6' ]
}

@test "prune says which volume its plugin keeps, and removes the rest" {
    make
    kept=$v
    post /libpod/volumes/create "{\"Name\": \"$kept-local\", \"Label\": {\"mark\": \"$kept\"}}"
    v=$kept-b
    post /libpod/volumes/create "{\"Name\": \"$v\", \"Driver\": \"$plugin\", \"Label\": {\"mark\": \"$kept\"}}"
    refuses VolumeDriver.Remove "the shelf is dear to me"
    api POST "/libpod/volumes/prune?filters=$(quote "{\"label\":[\"mark=$kept\"]}")"
    [ "$status" = 200 ]
    json '(map(select(.Err == null).Id) == [$kept + "-local"]) and (map(select(.Err).Id) == [$kept + "-b"]) and (.[0].Err | contains("dear to me"))' \
        --arg kept "$kept"
    rm "$shelf/refuse/VolumeDriver.Remove"
    api DELETE "/libpod/volumes/$v"
    [ "$status" = 204 ]
}
