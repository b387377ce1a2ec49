# runs alone
# coracle volume reload
load "$E2E/lib/e2e"
load "$E2E/lib/plugins"
load client

@test "reload says what plugins have, and what they fail" {
    only_for coracle
    plugin_start
    mkdir "$shelf/volumes/$plugin-v"
    coracle volume reload | grep -x "added $plugin-v"
    rmdir "$shelf/volumes/$plugin-v"
    coracle volume reload | grep -x "removed $plugin-v"
    refuses VolumeDriver.List "the shelf is a mess"
    fails 1 "the shelf is a mess" coracle volume reload
}
