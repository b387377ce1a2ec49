load "$E2E/lib/e2e"

setup() {
    create '{"command": ["sh", "-c", "echo text >/new; rm /etc/group"], "env": {"X": "y"}, "labels": {"a": "b"}}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait?condition=exited"
    repo=localhost/commit-$RANDOM$RANDOM
}

teardown() {
    while read -r image; do
        curl -s -o /dev/null --unix-socket "$SOCKET" -X DELETE "http://e2e/v5.0.0/libpod/images/$image?force=true"
    done <"$BATS_TEST_TMPDIR/made"
}

commit() { # QUERY: $id
    api POST "/libpod/commit?container=$ctr&$1"
    [ "$status" = 200 ] || return 1
    id=$(field .Id)
    echo "$id" >>"$BATS_TEST_TMPDIR/made"
}

@test "an image in either format, with instructions" {
    commit "repo=$repo&tag=one&author=me&changes=$(quote 'ENV A=1')&changes=$(quote 'CMD run it')"
    [[ $id =~ ^[0-9a-f]{64}$ ]]
    api GET "/libpod/images/$repo:one/json"
    json '.Id == $id and .Author == "me" and (.ManifestType | contains("oci")) and (.Config.Env | index("X=y") and index("A=1")) and .Config.Labels.a == "b"' --arg id "$id"
    commit "repo=$repo&tag=two&format=docker&comment=hello&changes=$(quote 'HEALTHCHECK CMD true')"
    api GET "/libpod/images/$repo:two/json"
    json '(.ManifestType | contains("docker")) and .Comment == "hello" and (.RootFS.Layers | length == 2)'
}

@test "a squashed image has one layer with everything" {
    commit "repo=$repo&squash=true"
    api GET "/libpod/images/$id/json"
    json '.RootFS.Layers | length == 1'
    create "{\"image\": \"$repo\", \"command\": [\"sh\", \"-c\", \"grep -q text /new && test ! -e /etc/group && test -x /bin/busybox\"]}"
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait?condition=exited"
    [ "$body" = 0 ]
    api DELETE "/libpod/containers/$ctr"
}

@test "a stream ends with the id" {
    api POST "/libpod/commit?container=$ctr&format=docker&stream=true"
    [ "$status" = 200 ]
    id=$(jq -rs '.[-1].stream' <<<"$body")
    [[ $id =~ ^[0-9a-f]{64}$ ]]
    echo "$id" >>"$BATS_TEST_TMPDIR/made"
    api GET "/libpod/images/$id/exists"
    [ "$status" = 204 ]
}

@test "what cannot be is refused" {
    : >"$BATS_TEST_TMPDIR/made"
    api POST "/libpod/commit?container=$ctr&format=x"
    refused 400 format
    api POST "/libpod/commit?container=$ctr&changes=$(quote 'FOO bar')"
    refused 400 FOO
    api POST '/libpod/commit?container=nosuch'
    refused 404 nosuch
    api POST /libpod/commit
    refused 400 container
}
