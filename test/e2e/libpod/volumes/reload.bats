# runs alone
load "$E2E/lib/e2e"
load "$E2E/lib/plugins"

setup() {
    only_for coracle
    plugin_start
    v=v$RANDOM$RANDOM
}

@test "reload takes over what plugins have, forgets what they have no more, and says what fails" {
    make
    used=$v
    create "{\"volumes\": [{\"Name\": \"$used\", \"Dest\": \"/a\"}]}"
    v=$v-gone
    make
    rmdir "$shelf/volumes/$used" "$shelf/volumes/$v"
    mkdir "$shelf/volumes/$v-new"
    api POST /libpod/volumes/reload
    [ "$status" = 200 ]
    json '(.Added | index($new)) and (.Removed | index($gone)) and (.Errors | any(contains($used)))' \
        --arg new "$v-new" --arg gone "$v" --arg used "$used"
    [ -d "$shelf/volumes/$v-new" ]
    api GET "/libpod/volumes/$v-new/json"
    json ".Driver == \"$plugin\""
    api POST /libpod/volumes/reload
    json '(.Added | index($new) | not) and (.Removed | index($gone) | not)' --arg new "$v-new" --arg gone "$v"
    touch "$shelf/hang/VolumeDriver.List"
    api POST /libpod/volumes/reload
    json '.Errors | any(contains($plugin))' --arg plugin "$plugin"
    api GET "/libpod/volumes/$v-new/exists"
    [ "$status" = 204 ]
}
