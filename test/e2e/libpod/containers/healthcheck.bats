load "$E2E/lib/e2e"

checked() { # TEST [MORE]: starts a container with this check, which only runs when it is asked to
    start "$(jq -cn --argjson test "$1" --argjson more "${2:-{\}}" '{healthconfig: {Test: $test, Interval: 0, Timeout: 10000000000, Retries: 2}} + $more')"
}

health_is() { # STATUS: of $ctr, as inspect says
    api GET "/libpod/containers/$ctr/json"
    [ "$(field '.State.Health.Status')" = "$1" ]
}

@test "healthcheck runs the check at once and says what it comes to" {
    checked '["CMD-SHELL","echo hello; test -e /well"]'
    health_is starting
    api GET "/libpod/containers/$ctr/healthcheck"
    [ "$status" = 200 ]
    json '.Status == "unhealthy"'
    health_is starting
    json '.State.Health.FailingStreak == 1 and (.State.Health.Log | length == 1 and .[0].ExitCode == 1 and .[0].Output == "hello\n")'
    api GET "/libpod/containers/$ctr/healthcheck"
    health_is unhealthy
    post "/libpod/containers/$ctr/exec" '{"Cmd":["touch","/well"]}'
    post "/libpod/exec/$(field .Id)/start" '{"Detach":true}'
    well() { api GET "/libpod/containers/$ctr/healthcheck" && json '.Status == "healthy"'; }
    wait_until 20 well
    health_is healthy
    json '.State.Health.FailingStreak == 0'
    api GET "/libpod/containers/json?filters={\"id\":[\"$ctr\"]}"
    json '.[0].Status == "healthy" and .[0].State == "running"'
}

@test "what cannot be checked is a 404 or a conflict that says why" {
    api GET /libpod/containers/nosuch/healthcheck
    refused 404 nosuch
    start
    api GET "/libpod/containers/$ctr/healthcheck"
    refused 409 "has no defined healthcheck"
    create '{"healthconfig":{"Test":["CMD","true"]}}'
    api GET "/libpod/containers/$ctr/healthcheck"
    refused 409 "is not running"
    api GET "/libpod/containers/$ctr/json"
    json '.State.Health == {Status: "", FailingStreak: 0, Log: null}'
}

@test "the first check comes with the start, the others by themselves" {
    only_for coracle # podman needs systemd for it
    start '{"healthconfig":{"Test":["CMD","true"],"Interval":3600000000000}}'
    wait_until 20 health_is healthy
    json '.State.Health.Log | length == 1'
    start '{"healthconfig":{"Test":["CMD","true"],"Interval":100000000}}'
    more() { api GET "/libpod/containers/$ctr/json" && json '.State.Health.Log | length >= 3'; }
    wait_until 20 more
}

@test "an unhealthy container is killed, stopped or restarted when that was asked for" {
    only_for coracle # podman needs systemd for it
    local action
    for action in 2:kill:137 4:stop:0; do
        start "$(jq -cn --argjson action "${action%%:*}" '{command: ["sh", "-c", "trap \"exit 0\" TERM; while :; do sleep 0.1; done"],
            healthconfig: {Test: ["CMD", "false"], Interval: 100000000, Retries: 2}, health_check_on_failure_action: $action, stop_timeout: 60}')"
        api POST "/libpod/containers/$ctr/wait?condition=exited"
        [ "$body" = "${action##*:}" ]
        api GET "/libpod/containers/$ctr/json"
        json '.Config.HealthcheckOnFailureAction == $action and .State.Status == "exited"' --arg action "$(cut -d: -f2 <<<"$action")"
    done
}

@test "an unhealthy container is restarted and checked anew" {
    only_for coracle # podman needs systemd for it
    start '{"command":["sh","-c","echo x >>/runs; trap \"exit 0\" TERM; while :; do sleep 0.1; done"],
        "healthconfig":{"Test":["CMD-SHELL","test $(wc -l </runs) -gt 2"],"Interval":100000000,"Retries":2},"health_check_on_failure_action":3}'
    wait_until 60 health_is healthy
    post "/libpod/containers/$ctr/exec" '{"Cmd":["wc","-l","/runs"],"AttachStdout":true}'
    [[ $(hijack POST "/libpod/exec/$(field .Id)/start" '{"Detach":false}' | unframe) == 3* ]]
}

@test "a startup check comes before the health check, and restarts a container that never comes up" {
    only_for coracle # podman needs systemd for it
    start '{"healthconfig":{"Test":["CMD","true"],"Interval":100000000},
        "startupHealthConfig":{"Test":["CMD-SHELL","echo up; test -e /up"],"Interval":100000000,"Timeout":10000000000,"StartPeriod":1000000,
            "StartInterval":50000000,"Successes":2}}'
    tried() { api GET "/libpod/containers/$ctr/json" && json '.State.Health.Log | length >= 3'; }
    wait_until 20 tried
    json '.State.Health.Status == "starting" and .State.Health.FailingStreak == 0 and .State.Health.Log[0].Output == "up\n"'
    json '.Config.StartupHealthCheck | .Successes == 2 and .Test[0] == "CMD-SHELL"'
    post "/libpod/containers/$ctr/exec" '{"Cmd":["touch","/up"]}'
    post "/libpod/exec/$(field .Id)/start" '{"Detach":true}'
    wait_until 20 health_is healthy
    silent() { api GET "/libpod/containers/$ctr/json" && json '.State.Health.Log[-1].Output == ""'; }
    wait_until 20 silent # that is the other one

    start '{"command":["sh","-c","echo x >>/runs; trap \"exit 0\" TERM; while :; do sleep 0.1; done"],"healthconfig":{"Test":["CMD","true"],"Interval":100000000},
        "startupHealthConfig":{"Test":["CMD-SHELL","test $(wc -l </runs) -gt 1"],"Interval":100000000,"Retries":2}}'
    wait_until 60 health_is healthy
}

@test "as many results are kept, and as much of them, as was asked for" {
    checked '["CMD-SHELL","echo abcdefghij"]' '{"healthMaxLogCount":2,"healthMaxLogSize":4}'
    for _ in 1 2 3; do
        api GET "/libpod/containers/$ctr/healthcheck"
    done
    api GET "/libpod/containers/$ctr/json"
    json '.State.Health.Log | length == 2 and all(.Output | startswith("abcd") and (contains("e") | not))'
    json '.Config | .HealthcheckMaxLogCount == 2 and .HealthcheckMaxLogSize == 4 and .HealthLogDestination == "local"'
}

@test "members of a create that cannot be are refused by name" {
    local base case
    base=$(jq -cn --arg image "$IMAGE" '{image: $image, command: ["true"]}')
    for case in 'health_check_on_failure_action:{"healthconfig":{"Test":["CMD","true"]},"health_check_on_failure_action":9}' \
        'startupHealthConfig:{"startupHealthConfig":{"Test":["CMD","true"]}}' \
        'healthLogDestination:{"healthconfig":{"Test":["CMD","true"]},"healthLogDestination":"/nowhere/at/all"}' \
        'healthMaxLogCount:{"healthconfig":{"Test":["CMD","true"]},"healthMaxLogCount":-1}' \
        'Retries:{"healthconfig":{"Test":["CMD","true"],"Retries":-1}}'; do
        [ "$ENGINE" = coracle ] || [[ $case != Retries* && $case != health_check* ]] || continue
        post /libpod/containers/create "$(jq -c --argjson more "${case#*:}" '. + $more' <<<"$base")"
        refused 400 "${case%%:*}"
    done
}
