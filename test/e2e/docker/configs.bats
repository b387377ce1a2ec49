load "$E2E/lib/e2e"
load swarm

@test "configs are a swarm's" {
    no_manager GET /configs
    no_manager GET "/configs?filters=$(quote '{"name":["x"]}')"
    no_manager GET /configs/x
    no_manager DELETE /configs/x
    no_manager POST /configs/create
    no_manager POST /configs/create '{"Name":"x","Data":"eA==","Labels":{"a":"b"}}'
    no_manager POST '/configs/x/update?version=1' '{"Name":"x"}'
}

@test "what is wrong is said first" {
    bad_body /configs/create
    bad_body '/configs/x/update?version=1'
    post /configs/x/update '{}'
    refused 400 version config
    post /configs/x/update?version=bad '{}'
    refused 400 version
    api GET /configs?filters=bad
    refused 400 filters
}
