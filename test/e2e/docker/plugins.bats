load "$E2E/lib/e2e"

setup() {
    [ "$ENGINE" != podman ] || skip "podman has no such routes"
}

no_plugin() { # NAME: what dockerd says of one it does not have
    [ "$status" = 404 ] && json '.message == "plugin \"" + $name + "\" not found"' --arg name "$1"
}

@test "there are no managed plugins" {
    api GET /plugins
    [ "$status" = 200 ]
    json '. == []'
    api GET "/v1.25/plugins?filters=$(quote '{"capability":["volumedriver"],"enabled":["true"]}')"
    json '. == []'
}

@test "filters are checked although there is nothing to show" {
    api GET /plugins?filters=bad
    refused 400 filters
    api GET "/plugins?filters=$(quote '{"colour":["x"]}')"
    refused 400 "invalid filter 'colour'"
    api GET "/plugins?filters=$(quote '{"enabled":["x"]}')"
    refused 400 enabled x
}

@test "one that is asked for is missing" {
    local name
    for name in x a/b x:tag UPPER; do
        api GET "/plugins/$name/json"
        no_plugin "$name"
    done
    api DELETE /plugins/x
    no_plugin x
    api DELETE '/plugins/a/b?force=1'
    no_plugin a/b
    api POST '/plugins/x/enable?timeout=3'
    no_plugin x
    api POST /plugins/x/disable
    no_plugin x
    api POST /plugins/x/push
    no_plugin x
    post /plugins/x/set '["a=b"]'
    no_plugin x
    only_for coracle # dockerd reads the reference first, and gives it a tag
    post '/plugins/x/upgrade?remote=127.0.0.1:1/x' '[]'
    no_plugin x
    api POST '/plugins/x/enable?timeout=bad'
    refused 400 timeout bad
}

@test "none can be fetched or made, and the answer says so" {
    only_for coracle
    post '/plugins/pull?remote=127.0.0.1:1/x&name=x' '[]'
    [ "$status" = 501 ]
    json '.message | contains("managed plugins are not supported")'
    api GET '/plugins/privileges?remote=127.0.0.1:1/x'
    [ "$status" = 501 ]
    api POST '/plugins/create?name=x' -H 'Content-Type: application/x-tar' --data-binary x
    [ "$status" = 501 ]
    api GET /plugins
    json '. == []'
}
