load "$E2E/lib/e2e"
load registry

SECRET=127.0.0.1:5446

fill_secret() {
    push_image $SECRET/busybox:latest --dest-creds someone:pass:word
}

setup() {
    mkdir -p "$WORK/registry"
    [ -s "$WORK/registry/htpasswd" ] || htpasswd -Bbn someone 'pass:word' >"$WORK/registry/htpasswd"
    conf 940-secret <<<"[[registry]]
location = \"$SECRET\"
insecure = true"
    more_registry secret $SECRET fill_secret <<<"auth: {htpasswd: {realm: here, path: $WORK/registry/htpasswd}}"
}

teardown() {
    e2e_end_background
    rm -rf "$HOME/.config/containers/auth.json" "$HOME/.docker" "$XDG_RUNTIME_DIR/containers"
}

header_of() { # USER PASSWORD: X-Registry-Auth
    jq -cn --arg u "$1" --arg p "$2" --arg s "$SECRET" '{username: $u, password: $p, serveraddress: $s}' | base64 -w 0 | tr '+/' '-_'
}

@test "without credentials a registry that wants them says so" {
    pull $SECRET/busybox policy=always
    if [ "$status" = 200 ]; then stream_has '.error | test("unauthorized|authentication required")'; else refused 401 "authentication required"; fi
    docker_pull $SECRET/busybox:latest
    [ "$status" != 200 ] || stream_has '.error'
}

@test "credentials in the header open it, wrong ones do not" {
    docker_pull $SECRET/busybox:latest -H "X-Registry-Auth: $(header_of someone pass:word)"
    [ "$status" = 200 ]
    stream_has ".status // \"\" | startswith(\"Status: \")"
    docker_pull $SECRET/busybox:latest -H "X-Registry-Auth: $(header_of someone wrong)"
    [ "$status" != 200 ] || stream_has '.error'
    [[ $body == *"authentication required"* ]]
}

@test "a header that is none is a 400" {
    docker_pull $SECRET/busybox:latest -H "X-Registry-Auth: %%%"
    refused 400 X-Registry-Auth
    docker_pull $SECRET/busybox:latest -H "X-Registry-Auth: $(base64 <<<'[1]')"
    refused 400 X-Registry-Auth
}

@test "a login on the server's machine counts at once" {
    only_for coracle
    podman login --tls-verify=false --authfile "$HOME/.config/containers/auth.json" -u someone -p pass:word $SECRET
    pull $SECRET/busybox policy=always
    [ -n "$(pulled_id)" ]
}

@test "a credential helper is asked" {
    only_for coracle
    mkdir -p "$HOME/.docker"
    jq -n --arg host $SECRET '{credHelpers: {($host): "e2e"}}' >"$HOME/.docker/config.json"
    pull $SECRET/busybox policy=always
    [[ $body == *docker-credential-e2e* ]]
}

@test "docker login, then docker pull" {
    docker login -u someone -p pass:word $SECRET
    docker pull $SECRET/busybox:latest
    docker logout $SECRET
    run docker pull $SECRET/busybox:latest
    [ "$status" != 0 ]
}

@test "podman --remote pull with --creds and with an authfile" {
    podman_remote pull --creds someone:pass:word $SECRET/busybox
    podman login --tls-verify=false --authfile "$BATS_TEST_TMPDIR/auth.json" -u someone -p pass:word $SECRET
    podman_remote pull --authfile "$BATS_TEST_TMPDIR/auth.json" $SECRET/busybox
    run podman_remote pull --creds someone:wrong $SECRET/busybox
    [ "$status" != 0 ]
}
