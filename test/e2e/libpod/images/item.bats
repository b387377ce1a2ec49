load "$E2E/lib/e2e"

image_of_its_own() { # NAME: no other test has it
    api POST "/libpod/images/import?reference=$(quote "$1")&message=$BASHPID$RANDOM&changes=$(quote "LABEL own=$BASHPID$RANDOM")" \
        -H 'Content-Type: application/x-tar' -T "$WORK/rootfs.tar"
    [ "$status" = 200 ]
    image=$(field .Id)
    image=${image#sha256:}
}

@test "an image goes with its last name" {
    local name=localhost/gone-$BASHPID:one
    image_of_its_own "$name"
    api POST "/libpod/images/$name/tag?repo=localhost/gone-$BASHPID&tag=two"
    api DELETE "/libpod/images/$name"
    [ "$status" = 200 ]
    json '.Untagged == [$name] and (.Deleted == null or .Deleted == [])' --arg name "$name"
    api DELETE "/libpod/images/localhost/gone-$BASHPID:two"
    json '.Deleted | map(sub("^sha256:"; "")) | index($id) != null' --arg id "$image"
    api GET "/libpod/images/$image/exists"
    [ "$status" = 404 ]
}

@test "an image that a container uses stays without force" {
    local reference=localhost/used-$BASHPID:one
    image_of_its_own "$reference"
    create "{\"image\":\"$reference\"}"
    api DELETE "/libpod/images/$reference"
    refused 409 "${ctr:0:12}"
    api DELETE "/libpod/containers/$ctr"
    api DELETE "/libpod/images/$reference"
    [ "$status" = 200 ]
}

@test "an id with several names needs force" {
    local name=localhost/several-$BASHPID:one
    image_of_its_own "$name"
    api POST "/libpod/images/$name/tag?repo=localhost/several-$BASHPID&tag=two"
    api DELETE "/libpod/images/$image"
    refused 409 "${image:0:12}"
    api DELETE "/libpod/images/$image?force=true"
    [ "$status" = 200 ]
    json '.Untagged | length == 2'
}
