load "$E2E/lib/e2e"
load "$E2E/lib/plugins"

setup() {
    only_for coracle
    plugin_start
    v=v$RANDOM$RANDOM
}

@test "the docker client makes, uses, shows and removes a plugin's volume" {
    [ "$(docker volume create -d "$plugin" -o colour=red "$v")" = "$v" ]
    [ "$(docker volume inspect -f '{{.Driver}} {{.Scope}} {{.Options.colour}} {{.Status.users}}' "$v")" = "$plugin global red 0" ]
    docker volume ls -f driver="$plugin" -q | grep -x "$v"
    docker run --rm --network none -v "$v:/v" "$IMAGE" sh -c 'echo said >/v/file'
    [ "$(cat "$shelf/volumes/$v/file")" = said ]
    wait_until 20 nobody_has "$v"
    docker volume rm "$v"
    [ ! -e "$shelf/volumes/$v" ]
}

@test "a container's volume driver makes the volumes that it names, and its anonymous ones go with it" {
    docker run --rm --network none --volume-driver "$plugin" -v "$v:/v" -v /anonymous "$IMAGE" true
    [ -d "$shelf/volumes/$v" ]
    [ "$(asked VolumeDriver.Create)" = 2 ]
    wait_until 20 eval '[ "$(ls "$shelf/volumes")" = "$v" ]'
    docker run --rm --network none --mount "type=volume,source=$v-2,target=/v,volume-driver=$plugin,volume-opt=a=b" "$IMAGE" true
    [ "$(docker volume inspect -f '{{.Options.a}}' "$v-2")" = b ]
}

@test "what the plugin refuses is said in its words" {
    run docker volume create -d "$plugin" -o bad=thing "$v"
    [ "$status" != 0 ]
    [[ $output == *"the shelf does not take bad=thing"* ]]
    docker volume create -d "$plugin" "$v"
    refuses VolumeDriver.Mount "the shelf is too high"
    run docker run --rm --network none -v "$v:/v" "$IMAGE" true
    [[ $output == *"the shelf is too high"* ]]
    refuses VolumeDriver.Get "the shelf is dusty"
    api GET "/volumes/$v"
    refused 404 "the shelf is dusty"
}

@test "a plugin's volume goes by force when the plugin keeps it" {
    docker volume create -d "$plugin" "$v"
    refuses VolumeDriver.Remove "the shelf is dear to me"
    api DELETE "/volumes/$v"
    refused 409 "the shelf is dear to me"
    docker volume rm -f "$v"
    api GET "/volumes/$v"
    refused 404 "$v"
}
