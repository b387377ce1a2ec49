load "$E2E/lib/e2e"

@test "the list has volumes as inspect shows them, and filters narrow it together" {
    only_for coracle dockerd # podman joins some filters with OR
    mark=m$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$mark-a\", \"Labels\": {\"mark\": \"$mark\", \"kind\": \"x\"}}"
    [ "$status" = 201 ]
    post /volumes/create "{\"Name\": \"$mark-b\", \"Labels\": {\"mark\": \"$mark\"}}"
    [ "$status" = 201 ]
    api GET "/volumes/$mark-a"
    single=$body
    api GET "/volumes?filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    [ "$status" = 200 ]
    json '.Volumes | length == 2'
    json '.Volumes | any(. == $single)' --argjson single "$single"
    api GET "/volumes?filters=$(quote "{\"label\":[\"mark=$mark\",\"kind\"]}")"
    json ".Volumes | map(.Name) == [\"$mark-a\"]"
    api GET "/volumes?filters=$(quote "{\"label\":[\"mark=$mark\"],\"name\":[\"-b\$\"],\"driver\":[\"local\"]}")"
    json ".Volumes | map(.Name) == [\"$mark-b\"]"
    api GET "/volumes?filters=$(quote "{\"name\":[\"$mark\"],\"driver\":[\"nosuch\"]}")"
    json '.Volumes == []'
    api DELETE "/volumes/$mark-a"
    api DELETE "/volumes/$mark-b"
    [ "$status" = 204 ]
}

@test "a volume is dangling as long as no container uses it, running or not" {
    only_for coracle dockerd
    volume=d$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$volume\"}"
    api GET "/volumes?filters=$(quote "{\"name\":[\"$volume\"],\"dangling\":[\"true\"]}")"
    json '.Volumes | length == 1'
    docker_create "{\"HostConfig\": {\"Binds\": [\"$volume:/x\"]}}"
    api GET "/volumes?filters=$(quote "{\"name\":[\"$volume\"],\"dangling\":[\"true\"]}")"
    json '.Volumes == []'
    api GET "/volumes?filters=$(quote "{\"name\":[\"$volume\"],\"dangling\":[\"0\"]}")"
    json '.Volumes | length == 1'
    api DELETE "/containers/$ctr?force=true"
    api DELETE "/volumes/$volume"
    [ "$status" = 204 ]
}

@test "filters that nobody knows or that contradict themselves are refused" {
    only_for coracle dockerd # podman takes until here
    api GET "/volumes?filters=$(quote '{"until":["1h"]}')"
    refused 400 until
    api GET "/volumes?filters=$(quote '{"dangling":["maybe"]}')"
    refused 400 dangling maybe
    api GET "/volumes?filters=$(quote '{"dangling":["true","false"]}')"
    refused 400 dangling
    api GET '/volumes?filters=%7Bbogus'
    refused 400 filters
}
