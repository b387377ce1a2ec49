# dockerode, the client library of many node programs.
load "$E2E/lib/e2e"

@test "dockerode runs, attaches before start, executes and lists" {
    [ -d "$E2E/docker/dockerode/node_modules" ] || skip "no dockerode: npm ci --prefix test/e2e/docker/dockerode"
    fresh_name
    forget_later "$name-run" "$name-attach" "$name-volume" "$name-exec" "$name-other"
    run -0 node "$E2E/docker/dockerode/hello.mjs" "$SOCKET" "$name"
    [[ $output == *"all well" ]]
}
