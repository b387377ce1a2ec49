load "$E2E/lib/e2e"
load registry

setup() {
    registry
}

teardown() {
    e2e_end_background
    rm -f /etc/containers/registries.conf.d/930-mirror.conf "$CORACLE_PEERS/etc/containers/registries.conf.d/930-mirror.conf"
}

@test "a mirror is asked first, and the image keeps its name" {
    publish image cache/tool:1
    conf 930-mirror <<<"[[registry]]
location = 'mirrored.example'
[[registry.mirror]]
location = '127.0.0.1:1'
[[registry.mirror]]
location = '$REGISTRY/cache'
insecure = true"
    pull mirrored.example/tool:1
    [ -n "$(pulled_id)" ]
    api GET "/libpod/images/$(pulled_id)/json"
    json '.RepoTags | index("mirrored.example/tool:1")'
}

@test "a mirror for digests alone is not asked for tags" {
    local digest
    digest=$(publish image cache/exact:1 --bytes 31)
    conf 930-mirror <<<"[[registry]]
location = 'mirrored.example'
mirror-by-digest-only = true
[[registry.mirror]]
location = '$REGISTRY/cache'
insecure = true"
    pull mirrored.example/exact:1
    [ "$status" != 200 ] || stream_has '.error'
    pull "mirrored.example/exact@$digest"
    [ -n "$(pulled_id)" ]
}

@test "another location stands for a prefix" {
    publish image moved/tool:2 --bytes 32
    conf 930-mirror <<<"[[registry]]
prefix = '*.moved.example'
location = '$REGISTRY/moved'
insecure = true"
    pull a.moved.example/tool:2
    [ -n "$(pulled_id)" ]
}

@test "a blocked registry is a 403 that names the file" {
    conf 930-mirror <<<"[[registry]]
location = 'blocked.example'
blocked = true"
    pull blocked.example/x
    if [ "$ENGINE" = coracle ]; then refused 403 "registry blocked.example is blocked in"; else [[ $body == *blocked* ]]; fi
}

@test "a short name is its alias on podman's surface and docker.io's on Docker's" {
    publish image team/e2e-alias:3 --bytes 33
    conf 930-mirror <<<"[aliases]
'e2e-alias' = '$REGISTRY/team/e2e-alias'
[[registry]]
location = 'docker.io'
[[registry.mirror]]
location = '$REGISTRY/hub'
insecure = true"
    pull e2e-alias:3
    [ -n "$(pulled_id)" ]
    api GET "/libpod/images/$(pulled_id)/json"
    json '.RepoTags | index($name)' --arg name "$REGISTRY/team/e2e-alias:3"
    publish image hub/library/e2e-alias:3 --bytes 34
    docker_pull e2e-alias:3
    [ "$status" = 200 ]
    api GET /images/e2e-alias:3/json
    json '.RepoTags == ["e2e-alias:3"]'
}
