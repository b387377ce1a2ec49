load "$E2E/lib/e2e"

@test "a volume is made with its labels, and made again it is the same one" {
    volume=c$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$volume\", \"Labels\": {\"a\": \"b\"}}"
    [ "$status" = 201 ]
    json ".Name == \"$volume\" and .Driver == \"local\" and .Scope == \"local\" and .Labels == {a: \"b\"} and .Options == null"
    json '.CreatedAt | fromdate > 0'
    json ".Mountpoint | endswith(\"/volumes/$volume/_data\")"
    first=$body
    post /volumes/create "{\"Name\": \"$volume\", \"Driver\": \"local\"}"
    [ "$status" = 201 ]
    json '. == $first' --argjson first "$first"
    api DELETE "/volumes/$volume"
}

@test "without a name or a body it gets a random name and the label of anonymous ones" {
    for document in '{}' '' '{"Labels": {"k": "v"}}'; do
        post /volumes/create "$document"
        [ "$status" = 201 ]
        json '(.Name | test("^[0-9a-f]{64}$")) and .Labels["com.docker.volume.anonymous"] == ""'
        api DELETE "/volumes/$(field .Name)"
        [ "$status" = 204 ]
    done
}

@test "a bad name is refused and makes nothing" {
    for name in -x ../x a/b 'a b'; do
        post /volumes/create "{\"Name\": \"$name\"}"
        refused 400 "$name"
    done
    post /volumes/create '{"Name": 5}'
    refused 400 Name
}

@test "a driver that nobody has is refused by its name" {
    post /volumes/create '{"Name": "never-made", "Driver": "nosuch"}'
    refused 404 nosuch
    api GET /volumes/never-made
    [ "$status" = 404 ]
}

@test "a volume of a swarm is refused: there is none" {
    post /volumes/create '{"Name": "clustered", "ClusterVolumeSpec": {"Group": "x"}}'
    [ "$status" = 503 ]
    json '.message | test("swarm manager")'
}

@test "options of the local driver that cannot work are refused by their names" {
    while read -r options words; do
        post /volumes/create "{\"Name\": \"never-made\", \"DriverOpts\": $options}"
        # shellcheck disable=SC2086 # several words
        refused 400 $words
    done <<'EOT'
{"foo":"x"} foo
{"size":"10m"} size quota
{"o":"size=10m"} size quota
{"o":"bind"} device
{"type":"nfs"} device
{"device":"/tmp"} type
{"o":"uid=abc"} uid=abc
{"o":"noatime"} noatime
{"type":"none","o":"bind","device":"tmp"} tmp absolute
{"type":"none","o":"bind,uid=5","device":"/tmp"} uid=5
EOT
    only_for coracle # dockerd's size has a check of its own, podman takes nearly all
    api GET /volumes/never-made
    [ "$status" = 404 ]
}

@test "options are kept as given, and another volume of the name with others is refused" {
    only_for coracle # dockerd returns the old one in silence
    volume=o$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$volume\", \"DriverOpts\": {\"type\": \"tmpfs\", \"device\": \"tmpfs\", \"o\": \"size=1m,uid=33\"}}"
    [ "$status" = 201 ]
    json '.Options == {type: "tmpfs", device: "tmpfs", o: "size=1m,uid=33"}'
    post /volumes/create "{\"Name\": \"$volume\"}"
    [ "$status" = 201 ]
    post /volumes/create "{\"Name\": \"$volume\", \"DriverOpts\": {\"type\": \"tmpfs\", \"device\": \"tmpfs\"}}"
    refused 409 "$volume" options
    post /volumes/create "{\"Name\": \"$volume\", \"Driver\": \"image\"}"
    refused 409 "$volume" driver
    api DELETE "/volumes/$volume"
}
