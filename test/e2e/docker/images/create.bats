# POST /images/create: pull; import is in create_import.bats
load "$E2E/lib/e2e"
load images

teardown_file() {
    remove_images
}

pull() { # REFERENCE [QUERY] [curl options]
    local name=$1 query=${2-}
    shift; shift || true
    api POST "/images/create?fromImage=$(quote "${name%:*}")&tag=${name##*:}${query:+&$query}" "$@"
}

@test "a pull tells of layers, the digest and the status" {
    fresh_remote
    pull "$remote:latest"
    [ "$status" = 200 ]
    [ "$(header Content-Type)" = application/json ]
    lines '.[0] == {status: "Pulling from '"${remote#*/}"'", id: "latest"}'
    lines 'any(.[]; .status == "Pulling fs layer" and (.id | test("^[0-9a-f]{12}$")) and .progressDetail == {})'
    lines 'any(.[]; .status == "Pull complete")'
    lines '[.[] | select(.status == "Downloading") | .progressDetail | .current <= .total] | all'
    lines '.[-2].status | test("^Digest: sha256:[0-9a-f]{64}$")'
    lines '.[-1] == {status: "Status: Downloaded newer image for '"$remote"':latest"}'
    api GET "/images/$remote/json"
    json '.RepoTags == [$name] and (.RepoDigests | length) == 1' --arg name "$remote:latest"
}

@test "a second pull is up to date" {
    fresh_remote
    pull "$remote:latest"
    pull "$remote:latest"
    lines 'all(.[]; .status != "Pulling fs layer")'
    lines '.[-1].status == "Status: Image is up to date for '"$remote"':latest"'
}

@test "a pull by digest gives a digest and no tag" {
    fresh_remote
    local digest
    digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$remote:latest")
    api POST "/images/create?fromImage=$remote&tag=$digest"
    [ "$status" = 200 ]
    lines '.[-1].status == "Status: Downloaded newer image for '"$remote@$digest"'"'
    api GET "/images/$remote@$digest/json"
    json '.RepoTags == [] and .RepoDigests == [$name]' --arg name "$remote@$digest"
    api DELETE "/images/$remote@$digest"
    json '.[0].Untagged == $name' --arg name "$remote@$digest"
}

@test "the tag beside the name wins; a digest in the name wins over it" {
    fresh_remote one two
    api POST "/images/create?fromImage=$remote:one&tag=two"
    lines '.[0].id == "two"'
    local digest
    digest=$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$remote:one")
    api POST "/images/create?fromImage=$remote@$digest&tag=two"
    lines '.[0].id | endswith("@'"$digest"'")'
}

@test "without a tag every tag comes" {
    fresh_remote one two three
    api POST "/images/create?fromImage=$remote"
    [ "$status" = 200 ]
    lines '[.[] | select(.status | startswith("Pulling from")) | .id] | sort == ["one", "three", "two"]'
    lines '[.[] | select(.status | startswith("Status: "))] == [{status: "Status: Downloaded newer image for '"$remote"'"}]'
    api GET "/images/$remote:two/json"
    json '.RepoTags | length == 3'
}

@test "a missing image is a 404 before anything else" {
    registry
    pull "$REGISTRY/nosuch:1"
    refused 404 "manifest for $REGISTRY/nosuch:1 not found"
    fresh_remote
    pull "$remote:nosuch"
    refused 404 "$remote:nosuch" 'manifest unknown'
    api POST "/images/create?fromImage=$REGISTRY/nosuch"
    [ "$status" = 404 ]
}

@test "a platform is honoured and a bad one refused" {
    fresh_remote
    pull "$remote:latest" platform=linux/amd64
    [ "$status" = 200 ] || [ "$(uname -m)" != x86_64 ]
    pull "$remote:latest" platform=linux/s390x
    if [ "$ENGINE" = coracle ]; then
        refused 404 'does not match the specified platform' linux/s390x
    else
        [[ $body == *'does not match the specified platform'* ]]
    fi
    for bad in garbage linux/a/b/c 'linux/%20' ; do
        pull "$remote:latest" "platform=$bad"
        [ "$status" = 400 ]
    done
}

@test "an index gives the image for the platform, or a 404" {
    registry
    fresh_rootfs
    remote=$REGISTRY/index-$BASHPID
    echo "$remote" >>"$BATS_FILE_TMPDIR/images"
    local dir=$BATS_TEST_TMPDIR/index digest config size
    python3 "$E2E/lib/archive.py" "$rootfs" "$dir.tar" busybox:latest
    skopeo copy -q --format oci "docker-archive:$dir.tar" "oci:$dir:x"
    digest=$(jq -r '.manifests[0].digest' "$dir/index.json")
    size=$(jq -r '.manifests[0].size' "$dir/index.json")
    skopeo copy -q --dest-tls-verify=false "oci:$dir:x" "docker://$remote:one"
    config=$(jq -cn --arg digest "$digest" --argjson size "$size" '{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json",
        manifests: [{mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
                     platform: {os: "linux", architecture: "amd64"}}]}')
    curl -sf -X PUT "http://$REGISTRY/v2/${remote#*/}/manifests/all" -H 'Content-Type: application/vnd.oci.image.index.v1+json' -d "$config"
    pull "$remote:all" platform=linux/amd64
    [ "$status" = 200 ]
    lines '.[-1].status | startswith("Status: Downloaded newer image")'
    pull "$remote:all" platform=linux/arm64
    if [ "$ENGINE" = dockerd ]; then # it has sent its head by then
        lines '.[-1].error | contains("linux/arm64")'
    else
        refused 404 arm64
    fi
}

@test "bad names and bad credentials are refused before the registry is asked" {
    api POST '/images/create?fromImage=BAD&tag=x'
    refused 400 BAD lowercase
    api POST '/images/create?fromImage=x&tag=-bad'
    [ "$status" = 400 ]
    only_for coracle
    api POST '/images/create?fromImage=x&tag=1' -H 'X-Registry-Auth: nonsense!'
    refused 400 X-Registry-Auth
    api POST /images/create
    refused 400 fromImage fromSrc
    api POST '/images/create?fromImage=x&fromSrc=-'
    refused 400 fromImage fromSrc
}

@test "a registry that does not answer is told" {
    api POST '/images/create?fromImage=127.0.0.1:1/x&tag=1'
    [ "$status" -ge 500 ]
    json '.message | contains("127.0.0.1:1") or contains("127.0.0.1 port 1")'
}

@test "a registry with a password: the header opens it, and what it hides is not there" {
    local dir=$WORK/registry/password
    mkdir -p "$dir"
    htpasswd -Bbn user secret >"$dir/htpasswd"
    registry_serve password 127.0.0.1:5071 <<<"auth: {htpasswd: {realm: e2e, path: $dir/htpasswd}}"
    fresh_rootfs
    remote=127.0.0.1:5071/i-$BASHPID
    echo "$remote" >>"$BATS_FILE_TMPDIR/images"
    python3 "$E2E/lib/archive.py" "$rootfs" "$BATS_TEST_TMPDIR/a.tar" busybox:latest
    skopeo copy -q --dest-tls-verify=false --dest-creds user:secret "docker-archive:$BATS_TEST_TMPDIR/a.tar" "docker://$remote:1"
    local good bad
    good=$(printf '{"username":"user","password":"secret","serveraddress":"127.0.0.1:5071"}' | base64 -w0 | tr +/ -_)
    bad=$(printf '{"username":"user","password":"wrong"}' | base64 -w0 | tr +/ -_)
    pull "$remote:1"
    [ "$status" -ge 400 ]
    [ "$ENGINE" != coracle ] || refused 404 "pull access denied for $remote:1" "may require 'docker login'"
    pull "$remote:1" '' -H "X-Registry-Auth: $bad"
    [ "$status" -ge 400 ]
    pull "$remote:1" '' -H "X-Registry-Auth: $good"
    [ "$status" = 200 ]
    lines '.[-1].status | startswith("Status: Downloaded")'
    post /auth '{"username":"user","password":"secret","serveraddress":"127.0.0.1:5071"}'
    [ "$status" = 200 ]
    json '.Status == "Login Succeeded" and .IdentityToken == ""'
    post /auth '{"username":"user","password":"wrong","serveraddress":"127.0.0.1:5071"}'
    [ "$ENGINE" = dockerd ] || refused 401 127.0.0.1:5071
}
