load "$E2E/lib/e2e"

@test "an image is pulled with words on the way and its id at the end" {
    registry
    local reference=$REGISTRY/pulled-$BASHPID:one
    push_image "$reference"
    api POST "/libpod/images/pull?reference=$(quote "$reference")"
    [ "$status" = 200 ]
    [[ $(header Content-Type) == application/json* ]]
    json -s '.[0].stream | startswith("Trying to pull")'
    json -s '.[-1].id as $id | ($id | test("^[0-9a-f]{64}$")) and (.[-1].images | index($id) != null)'
    api GET "/libpod/images/$reference/exists"
    [ "$status" = 204 ]
    api DELETE "/libpod/images/$reference"
}

@test "quiet says the id alone" {
    registry
    api POST "/libpod/images/pull?quiet=true&reference=$(quote "docker://$REGISTRY/busybox:latest")"
    [ "$status" = 200 ]
    json -s 'length == 1 and (.[0].id | test("^[0-9a-f]{64}$"))'
}

@test "what is here is not pulled when only what is missing is wanted" {
    api POST "/libpod/images/pull?policy=missing&reference=$(quote "$IMAGE")"
    [ "$status" = 200 ]
    json -s '.[-1].id | test("^[0-9a-f]{64}$")'
    api POST "/libpod/images/pull?policy=never&reference=localhost/nosuch:x"
    [ "$status" -ge 400 ] || json -s '.[-1].error | contains("localhost/nosuch:x")'
}

@test "a name that is bad or missing is refused before anything is said" {
    only_for coracle
    api POST /libpod/images/pull
    refused 400 reference
    api POST "/libpod/images/pull?reference=$(quote 'a:b:c')"
    refused 400 a:b:c
    api POST "/libpod/images/pull?reference=busybox&policy=sometimes"
    refused 400 policy sometimes
    api POST "/libpod/images/pull?reference=busybox" -H 'X-Registry-Auth: %%%'
    refused 400 X-Registry-Auth
    api POST "/libpod/images/pull?reference=busybox&allTags=true"
    refused 501 allTags
}

@test "a missing image and a registry that is not there are told truthfully" {
    only_for coracle
    registry
    api POST "/libpod/images/pull?reference=$(quote "$REGISTRY/nosuch:x")"
    refused 404 "$REGISTRY/nosuch"
    api POST "/libpod/images/pull?reference=$(quote 127.0.0.1:1/x:y)"
    refused 503 127.0.0.1:1
}
