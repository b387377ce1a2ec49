load "$E2E/lib/e2e"
load swarm

@test "tasks are a swarm's" {
    no_manager GET /tasks
    no_manager GET /tasks/x
    no_manager GET '/tasks/x/logs?stderr=1&follow=1'
}

@test "what is wrong is said first" {
    api GET /tasks?filters=bad
    refused 400 filters
    api GET /tasks/x/logs
    refused 400 stream
}
