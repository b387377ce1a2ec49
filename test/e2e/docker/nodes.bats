load "$E2E/lib/e2e"
load swarm

@test "nodes are a swarm's" {
    no_manager GET /nodes
    no_manager GET /nodes/x
    no_manager DELETE /nodes/x
    no_manager DELETE '/nodes/x?force=1'
    no_manager POST '/nodes/x/update?version=1' '{"Role":"worker","Availability":"drain"}'
}

@test "what is wrong is said first" {
    bad_body '/nodes/x/update?version=1'
    post /nodes/x/update '{}'
    refused 400 version node
    api GET /nodes?filters=bad
    refused 400 filters
}
