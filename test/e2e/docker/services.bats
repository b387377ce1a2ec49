load "$E2E/lib/e2e"
load swarm

@test "services are a swarm's" {
    no_manager GET /services
    no_manager GET /services/x
    no_manager DELETE /services/x
    no_manager GET '/services/x/logs?stdout=1&tail=5'
    no_manager POST /services/create
    no_manager POST /services/create '{"Name":"x","TaskTemplate":{"ContainerSpec":{"Image":"busybox"}},"Mode":{"Replicated":{"Replicas":2}}}'
    no_manager POST '/services/x/update?version=3&rollback=previous' '{"Name":"x"}'
}

@test "what is wrong is said first" {
    bad_body /services/create
    bad_body '/services/x/update?version=1'
    post /services/x/update '{}'
    refused 400 version service
    api GET /services?filters=bad
    refused 400 filters
    api GET /v1.41/services?status=bad
    refused 400 status
    api GET /services/x?insertDefaults=bad
    refused 400 insertDefaults
    api GET /services/x/logs
    refused 400 stream
}
