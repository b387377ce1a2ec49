load "$E2E/lib/e2e"

# Times are nanoseconds: checks come fast enough here that a test need not wait for long.

health_is() { # STATUS: of $ctr, as inspect says
    api GET "/containers/$ctr/json"
    [ "$(field '.State.Health.Status')" = "$1" ]
}

has_results() { # COUNT at least
    api GET "/containers/$ctr/json"
    [ "$(field '.State.Health.Log | length')" -ge "$1" ]
}

checked() { # TEST [MORE]: starts a container with this check
    docker_start "$(jq -cn --argjson test "$1" --argjson more "${2:-{\}}" \
        '{Healthcheck: ({Test: $test, Interval: 200000000, Timeout: 10000000000, Retries: 2} + $more)}')"
}

@test "a check that passes makes a container healthy, with what it said" {
    checked '["CMD-SHELL","echo hello; echo $0 >&2"]'
    wait_until 20 health_is healthy
    json '.State.Health.FailingStreak == 0'
    json '.State.Health.Log[0] | .ExitCode == 0 and (.Output | startswith("hello\n")) and .Start < .End'
    json '.Config.Healthcheck | .Test[0] == "CMD-SHELL" and .Interval == 200000000 and .Retries == 2'
    api GET "/containers/json?filters={\"id\":[\"$ctr\"]}"
    json '.[0].Status | endswith("(healthy)")'
}

@test "before its first result a container is starting, and says so" {
    checked '["CMD","true"]' '{"Interval":3600000000000}'
    health_is starting
    json '.State.Health.Log == [] and .State.Health.FailingStreak == 0'
    api GET "/containers/json?filters={\"id\":[\"$ctr\"]}"
    json '.[0].Status | endswith("(health: starting)")'
}

@test "a container that was not started yet has no health, nor has one with NONE or without a check" {
    docker_create '{"Healthcheck":{"Test":["CMD","true"]}}'
    api GET "/containers/$ctr/json"
    json '.State | has("Health") | not'
    checked '["NONE"]'
    api GET "/containers/$ctr/json"
    json '(.State | has("Health") | not) and .Config.Healthcheck.Test == ["NONE"]'
    api GET "/containers/json?filters={\"id\":[\"$ctr\"]}"
    json '.[0].Status | test("[(]") | not'
    docker_start
    api GET "/containers/$ctr/json"
    json '(.State | has("Health") | not) and (.Config | has("Healthcheck") | not)'
}

@test "a container is unhealthy after as many failures as retries, and healthy again after one success" {
    checked '["CMD-SHELL","test -e /well || { echo sick; exit 3; }"]'
    wait_until 20 health_is unhealthy
    json '.State.Health.FailingStreak >= 2 and (.State.Health.Log[-1] | .ExitCode == 3 and .Output == "sick\n")'
    api GET "/containers/json?filters={\"id\":[\"$ctr\"]}"
    json '.[0].Status | endswith("(unhealthy)")'
    post "/containers/$ctr/exec" '{"Cmd":["touch","/well"]}'
    post "/exec/$(field .Id)/start" '{"Detach":true}'
    wait_until 20 health_is healthy
    json '.State.Health.FailingStreak == 0'
}

@test "failures within the start period do not count" {
    checked '["CMD","false"]' '{"StartPeriod":3600000000000,"StartInterval":200000000,"Interval":3600000000000}'
    wait_until 20 has_results 3
    json '.State.Health.Status == "starting" and .State.Health.FailingStreak == 0 and .State.Health.Log[0].ExitCode == 1'
}

@test "a check that takes too long is killed and says so, with what it had said" {
    checked '["CMD-SHELL","echo so far; sleep 1000"]' '{"Timeout":500000000}'
    wait_until 20 health_is unhealthy
    json '.State.Health.Log[0] | .ExitCode == -1 and .Output == "Health check exceeded timeout (500ms): so far\n"'
    api GET "/containers/$ctr/json"
    # what is in its process namespace: the one that sleeps for ever, and at most the check of this moment
    [ "$(grep -c "$(readlink "/proc/$(field .State.Pid)/ns/pid")" <(for p in /proc/[0-9]*; do readlink "$p/ns/pid" || true; done 2>/dev/null))" -le 4 ]
}

@test "a check that cannot be run fails with the runtime's words" {
    checked '["CMD","nosuch"]'
    wait_until 20 health_is unhealthy
    json '.State.Health.Log[0] | .ExitCode == -1 and (.Output | contains("nosuch") and contains("exec"))'
}

@test "five results are kept, and 4096 bytes of what each wrote" {
    checked '["CMD-SHELL","head -c 10000 /dev/zero | tr \"\\\\0\" x"]' '{"Interval":50000000}'
    wait_until 30 has_results 5
    local first
    first=$(field '.State.Health.Log[0].Start')
    json '.State.Health.Log | all(.Output | length == 4099 and endswith("xxx..."))'
    moved_on() {
        api GET "/containers/$ctr/json"
        [ "$(field '.State.Health.Log[0].Start')" != "$first" ]
    }
    wait_until 20 moved_on
    json '.State.Health.Log | length == 5'
}

@test "a check runs as the container's user, with its environment and in its directory" {
    docker_start '{"User":"12:13","Env":["A=b"],"WorkingDir":"/tmp","Healthcheck":{"Test":["CMD-SHELL","id -u; id -g; echo $A; pwd"],"Interval":200000000}}'
    wait_until 20 health_is healthy
    json '.State.Health.Log[0].Output == "12\n13\nb\n/tmp\n"'
}

@test "each change of the status is an event, and nothing else about checks is" {
    checked '["CMD-SHELL","test -e /well"]'
    wait_until 20 health_is unhealthy
    post "/containers/$ctr/exec" '{"Cmd":["touch","/well"]}'
    post "/exec/$(field .Id)/start" '{"Detach":true}'
    wait_until 20 health_is healthy
    wait_until 20 has_results 5
    api GET "/events?since=1&until=$(date +%s.%N)&filters={\"container\":[\"$ctr\"],\"event\":[\"health_status\"]}"
    body=$(jq -sc . <<<"$body")
    json 'map(.Action) == ["health_status: unhealthy", "health_status: healthy"]'
    json 'all(.Actor.Attributes | .name != null and .image != null)'
    [ "$ENGINE" = coracle ] || return 0 # dockerd tells of each check as an exec: hundreds of events that nobody asks for
    api GET "/events?since=1&until=$(date +%s.%N)&filters={\"container\":[\"$ctr\"]}"
    body=$(jq -sc . <<<"$body")
    json 'map(.Action | select(startswith("exec_"))) | length == 3' # of touch
    api GET "/libpod/events?stream=false&since=1&filters={\"container\":[\"$ctr\"],\"event\":[\"health_status\"]}"
    body=$(jq -sc . <<<"$body")
    json 'map([.Action, .HealthStatus]) == [["health_status", "unhealthy"], ["health_status", "healthy"]]'
}

@test "the list is filtered by health, and a value that is none is refused" {
    checked '["CMD","true"]'
    local well=$ctr
    checked '["CMD","false"]'
    local sick=$ctr
    docker_start
    wait_until 20 health_is_of "$well" healthy
    wait_until 20 health_is_of "$sick" unhealthy
    local filter word
    for word in healthy:"$well" unhealthy:"$sick" none:"$ctr"; do
        filter=$(quote "{\"health\":[\"${word%:*}\"],\"id\":[\"$well\",\"$sick\",\"$ctr\"]}")
        api GET "/containers/json?filters=$filter"
        json 'map(.Id) == [$id]' --arg id "${word#*:}"
    done
    api GET "/containers/json?filters=$(quote '{"health":["fine"]}')"
    refused 400 health fine
}
health_is_of() { # CONTAINER STATUS
    api GET "/containers/$1/json"
    [ "$(field '.State.Health.Status')" = "$2" ]
}

@test "checks end with the container and begin anew with it; what stopped is unhealthy" {
    checked '["CMD","true"]'
    wait_until 20 health_is healthy
    api POST "/containers/$ctr/stop?t=0"
    health_is unhealthy
    local results
    results=$(field '.State.Health.Log | length')
    api POST "/containers/$ctr/start"
    api GET "/containers/$ctr/json"
    json '.State.Health | .Status == "starting" or .Status == "healthy"'
    [ "$(field '.State.Health.Log | length')" -ge "$results" ] # they are kept
    wait_until 20 health_is healthy
}

@test "a paused container is not checked" {
    checked '["CMD","true"]'
    wait_until 20 health_is healthy
    api POST "/containers/$ctr/pause"
    api GET "/containers/json?filters={\"id\":[\"$ctr\"]}"
    json '.[0].Status | endswith("(Paused)")'
    api POST "/containers/$ctr/unpause"
    wait_until 20 health_is healthy
}

@test "members that cannot be are refused by name" {
    local base
    base=$(jq -cn --arg image "$IMAGE" '{Image: $image, Cmd: ["true"]}')
    local case
    for case in 'Interval:{"Test":["CMD","a"],"Interval":10}' 'Timeout:{"Test":["CMD","a"],"Timeout":-1}' \
        'StartPeriod:{"Test":["CMD","a"],"StartPeriod":1}' 'StartInterval:{"Test":["CMD","a"],"StartInterval":1}' \
        'Retries:{"Test":["CMD","a"],"Retries":-1}'; do
        post /containers/create "$(jq -c --argjson health "${case#*:}" '. + {Healthcheck: $health}' <<<"$base")"
        refused 400 "${case%%:*}"
    done
}

@test "a test of an unknown kind, or of nothing, is refused instead of never run" {
    only_for coracle # dockerd takes it, logs a warning, and leaves the container starting for ever
    local test
    for test in '["FOO","a"]' '["CMD"]' '["CMD-SHELL"]' '["CMD",""]'; do
        post /containers/create "$(jq -cn --arg image "$IMAGE" --argjson test "$test" '{Image: $image, Healthcheck: {Test: $test}}')"
        refused 400 Test
    done
}

@test "an image's check counts, member by member, with the image's shell; NONE switches it off" {
    python3 "$E2E/lib/archive.py" "$WORK/rootfs.tar" "$BATS_TEST_TMPDIR/archive" "checked$BASHPID:latest" \
        '{"Healthcheck":{"Test":["CMD-SHELL","echo $0 $1"],"Interval":200000000,"Retries":7},"Shell":["/bin/sh","-ec"]}'
    api POST /images/load -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/archive"
    [ "$status" = 200 ]
    docker_start "{\"Image\":\"checked$BASHPID\",\"Healthcheck\":{\"Retries\":2,\"StartPeriod\":1000000000}}"
    wait_until 20 health_is healthy
    json '.Config.Healthcheck == {Test: ["CMD-SHELL", "echo $0 $1"], Interval: 200000000, Retries: 2, StartPeriod: 1000000000}'
    docker_start "{\"Image\":\"checked$BASHPID\",\"Healthcheck\":{\"Test\":[\"NONE\"]}}"
    api GET "/containers/$ctr/json"
    json '(.State | has("Health") | not) and .Config.Healthcheck.Test == ["NONE"]'
    e2e_remove_containers
    api DELETE "/images/checked$BASHPID"
    [ "$status" = 200 ]
}
