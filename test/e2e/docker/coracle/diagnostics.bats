# GET /coracle/diagnostics
# runs alone
load "$E2E/lib/e2e"

setup() {
    only_for coracle
}

diagnose() {
    api GET /coracle/diagnostics --max-time 10
    [ "$status" = 200 ]
}

@test "requests that are being answered are told, with their threads" {
    background "$BATS_TEST_TMPDIR/events" curl -sN --unix-socket "$DIRECT_SOCKET" -D "$BATS_TEST_TMPDIR/head" http://e2e/events
    wait_until 20 file_has "$BATS_TEST_TMPDIR/head" 200
    diagnose
    json '.Calls | map(select(.Path == "/events"))[0] | .Method == "GET" and .Thread > 0'
    json '(.Calls | map(select(.Path == "/events"))[0].Thread) as $id | .Threads | map(select(.Id == $id))[0].Call == "GET /events"'
    json '.Calls | any(.Path == "/coracle/diagnostics")'
    json '(now - (.Calls | map(select(.Path == "/events"))[0].Since | sub("\\.[0-9]+"; "") | fromdate) | fabs) < 300'
    e2e_end_background
    wait_until 20 nobody_follows
}

nobody_follows() {
    diagnose
    json '.Calls | any(.Path == "/events") | not'
}

@test "who holds a lock is told, while those who want it wait" {
    docker_create # the file is there
    local lock=$WORK/root/overlay-containers/containers.lock
    hold "$lock"
    fresh_name
    background "$BATS_TEST_TMPDIR/waiter" curl -s --unix-socket "$SOCKET" -H 'Content-Type: application/json' \
        -d "{\"Image\": \"$IMAGE\"}" "http://e2e/containers/create?name=$name"
    wait_until 20 somebody_creates
    json '.Locks | map(select(.Path == $path))[0] | .Held and .Pid > 0' --arg path "$lock"
    json '.Locks | map(select(.Path | endswith("layers.lock")))[0] | .Held' # the create has it already
    [ ! -s "$BATS_TEST_TMPDIR/waiter" ]
    e2e_end_background
    wait_until 20 locks_are_free
}

@test "the locks of networks are told" {
    docker_network
    local lock=$WORK/root/coracle/networks/.lock
    hold "$lock"
    diagnose
    json '.Locks | map(select(.Path == $path))[0] | .Held and .Pid > 0' --arg path "$lock"
    e2e_end_background
    wait_until 20 locks_are_free
}

somebody_creates() {
    diagnose
    json '.Calls | any(.Path == "/containers/create" and .Method == "POST")'
    json '.Locks | map(select(.Path | endswith("layers.lock")))[0].Held'
}

locks_are_free() {
    diagnose
    json '.Locks | any(.Held) | not'
}

@test "a container's lock tells who had it last and what for" {
    docker_start
    api POST "/containers/$ctr/pause"
    diagnose
    json '.Locks | map(select(.Path | endswith($id)))[0] | .Purpose == "pause" and .Pid == $pid and (.Held | not) and (.Since | startswith("20"))' \
        --arg id "$ctr" --argjson pid "$(field .Pid)"
    api POST "/containers/$ctr/unpause"
}

@test "threads and programs are told with their states" {
    diagnose
    json '.Children | type == "array" and all(.[]; .Id > 0)'
    json '.Threads | any(.Call == "GET /coracle/diagnostics") and all(.[]; (.State | test("^[A-Z]$")) and .AgeMs >= 0)'
    json '.Pid as $pid | .Threads | any(.Id == $pid and .Name == "coracled")'
}
