load "$E2E/lib/e2e"

@test "many are removed in one call, and what cannot be is said with a code" {
    local name=localhost/many-$BASHPID
    api POST "/libpod/images/$IMAGE/tag?repo=$name&tag=one"
    api POST "/libpod/images/$IMAGE/tag?repo=$name&tag=two"
    api DELETE "/libpod/images/remove?images=$name:one&images=$name:two&images=localhost/nosuch:x"
    [ "$status" = 200 ]
    json '.Untagged | sort == [$one, $two]' --arg one "$name:one" --arg two "$name:two"
    json '.ExitCode == 1 and (.Errors | length == 1 and (.[0] | contains("localhost/nosuch:x")))'
}

@test "a missing one can be ignored, none at all is a mistake" {
    api DELETE '/libpod/images/remove?images=localhost/nosuch:x&ignore=true'
    [ "$status" = 200 ]
    json '.ExitCode == 0 and ((.Errors // []) | length == 0)'
    only_for coracle
    api DELETE /libpod/images/remove
    refused 400 images
}
