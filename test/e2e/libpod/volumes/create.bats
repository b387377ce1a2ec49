load "$E2E/lib/e2e"

@test "a volume is made with both kinds of labels" {
    volume=c$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$volume\", \"Label\": {\"a\": \"b\"}, \"Labels\": {\"c\": \"d\"}}"
    [ "$status" = 201 ]
    json ".Name == \"$volume\" and .Driver == \"local\" and .Scope == \"local\" and .Labels == {a: \"b\", c: \"d\"}"
    json '.Options == {} and .MountCount == 0 and .NeedsCopyUp and .NeedsChown and (has("Anonymous") | not)'
    api DELETE "/libpod/volumes/$volume"
    [ "$status" = 204 ]
}

@test "a second one of a name is refused, unless one that is there is as good" {
    volume=c$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$volume\"}"
    first=$body
    post /libpod/volumes/create "{\"Name\": \"$volume\"}"
    refused 409 "$volume"
    json '.cause == "volume already exists"'
    post /libpod/volumes/create "{\"Name\": \"$volume\", \"IgnoreIfExists\": true}"
    [ "$status" = 201 ]
    json '. == $first' --argjson first "$first"
    api DELETE "/libpod/volumes/$volume"
}

@test "without a name it gets a random one" {
    post /libpod/volumes/create '{}'
    [ "$status" = 201 ]
    json '(.Name | test("^[0-9a-f]{64}$")) and .Labels == {}'
    api DELETE "/libpod/volumes/$(field .Name)"
}

@test "bad names and drivers are refused and make nothing" {
    for name in -x ../x a/b; do
        post /libpod/volumes/create "{\"Name\": \"$name\"}"
        refused 400 "$name"
    done
    post /libpod/volumes/create '{"Name": "never-made", "Driver": "nosuch"}'
    refused 404 nosuch
    api GET /libpod/volumes/never-made/exists
    [ "$status" = 404 ]
}
