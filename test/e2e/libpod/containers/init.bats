load "$E2E/lib/e2e"

initialize() { # [DOCUMENT]: creates and initializes
    create "$@" || return 1
    api POST "/libpod/containers/$ctr/init"
    [ "$status" = 204 ]
}

look() {
    api GET "/libpod/containers/$ctr/json"
    [ "$status" = 200 ]
}

@test "init makes everything of a container but a running command" {
    initialize '{"command": ["sh", "-c", "echo ran; sleep infinity"], "netns": {"nsmode": "bridge"}}'
    look
    json '.State.Status == "initialized" and .State.Running == false and .State.Pid > 0 and .State.ConmonPid > 0'
    json '.State.StartedAt == "0001-01-01T00:00:00Z" and .NetworkSettings.IPAddress != "" and .NetworkSettings.SandboxKey != ""'
    local pid address
    pid=$(field .State.Pid)
    address=$(field .NetworkSettings.IPAddress)
    api GET "/libpod/containers/$ctr/logs?stdout=true&stderr=true"
    [ -z "$body" ]
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    look
    json '.State.Status == "running" and .State.Pid == $pid and .NetworkSettings.IPAddress == $address' --argjson pid "$pid" --arg address "$address"
}

@test "a second init has nothing to do" {
    initialize
    api POST "/libpod/containers/$ctr/init"
    [ "$status" = 304 ]
}

@test "init of a missing container is a 404 that names it" {
    api POST /libpod/containers/nosuch/init
    refused 404 nosuch
}

@test "a container that runs or is paused is not initialized" {
    start
    api POST "/libpod/containers/$ctr/init"
    if [ "$ENGINE" = podman ]; then # it takes that for nothing to do, which a client reads as initialized
        [ "$status" = 304 ]
    else
        refused 409 running
    fi
    api POST "/libpod/containers/$ctr/pause"
    api POST "/libpod/containers/$ctr/init"
    [ "$ENGINE" = podman ] || refused 409 paused
    api POST "/libpod/containers/$ctr/unpause"
    look
    json '.State.Status == "running"'
}

@test "a command that is missing is told by init and leaves nothing behind" {
    create '{"command": ["/nosuch"], "netns": {"nsmode": "bridge"}}'
    api POST "/libpod/containers/$ctr/init"
    refused 404 /nosuch
    look
    json '.State.Status == "created" and .State.Pid == 0 and (.NetworkSettings.IPAddress // "") == ""'
}

@test "lists show an initialized container where it is asked for" {
    initialize
    api GET /libpod/containers/json
    json 'all(.[]; .Id != $id)' --arg id "$ctr"
    api GET '/libpod/containers/json?all=true'
    json 'any(.[]; .Id == $id and .State == "initialized" and .Pid > 0)' --arg id "$ctr"
    local filter shown
    for filter in initialized:true created:false running:false exited:false; do
        shown=${filter#*:}
        api GET "/libpod/containers/json?filters=$(quote "{\"status\":[\"${filter%:*}\"]}")"
        json 'any(.[]; .Id == $id) == $shown' --arg id "$ctr" --argjson shown "$shown"
    done
}

@test "Docker's clients see an initialized container as created" {
    initialize
    api GET "/containers/$ctr/json"
    json '.State.Status == "created" and .State.Running == false'
    api GET '/containers/json?all=true'
    json 'any(.[]; .Id == $id and .State == "created" and .Status == "Created")' --arg id "$ctr"
    if [ "$ENGINE" = coracle ]; then # podman shows it as created and does not find it by that
        api GET "/containers/json?filters=$(quote '{"status":["created"]}')"
        json 'any(.[]; .Id == $id)' --arg id "$ctr"
    fi
    api POST "/containers/$ctr/start"
    [ "$status" = 204 ]
}

@test "what needs a running command is refused" {
    initialize
    post "/libpod/containers/$ctr/exec" '{"Cmd": ["true"]}'
    refused 409 "is not running"
    post "/containers/$ctr/exec" '{"Cmd": ["true"]}'
    refused 409 "is not running"
    api POST "/libpod/containers/$ctr/kill"
    refused 409 "is not running"
    api POST "/libpod/containers/$ctr/pause"
    refused 409 "is not running"
    api GET "/libpod/containers/$ctr/top"
    refused 409 "is not running"
    look
    json '.State.Status == "initialized"'
}

@test "stop ends it as one that never ran, and start brings it back" {
    initialize '{"netns": {"nsmode": "bridge"}, "stop_timeout": 1, "restart_policy": "always"}'
    api POST "/libpod/containers/$ctr/stop"
    [ "$status" = 204 ]
    look
    json '.State.Status == "exited" and .State.ExitCode == 137 and .State.Pid == 0 and .NetworkSettings.IPAddress == ""'
    json '.State.StartedAt == "0001-01-01T00:00:00Z" and .State.FinishedAt != "0001-01-01T00:00:00Z" and .RestartCount == 0'
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
}

@test "stop does not wait for a command that does not run" {
    only_for coracle # podman sends the signal to what cannot hear it, and waits
    initialize '{"stop_timeout": 600}'
    local start=$SECONDS
    api POST "/libpod/containers/$ctr/stop"
    [ "$status" = 204 ]
    [ $((SECONDS - start)) -lt 300 ]
    look
    json '.State.Status == "exited"'
}

@test "an exited container is initialized again, and a restart starts that one" {
    initialize
    api POST "/libpod/containers/$ctr/stop"
    api POST "/libpod/containers/$ctr/init"
    [ "$status" = 204 ]
    look
    json '.State.Status == "initialized" and .State.ExitCode == 0'
    local pid
    pid=$(field .State.Pid)
    api POST "/libpod/containers/$ctr/restart"
    [ "$status" = 204 ]
    look
    json '.State.Status == "running" and .State.Pid == $pid' --argjson pid "$pid"
}

@test "it is removed without force, in both dialects and by prune" {
    initialize
    api DELETE "/libpod/containers/$ctr"
    [ "$status" = 200 ]
    initialize
    api DELETE "/containers/$ctr"
    [ "$status" = 204 ]
    initialize "$(jq -n --arg mark "$BASHPID$RANDOM" '{labels: {mark: $mark}}')"
    look
    api POST "/libpod/containers/prune?filters=$(quote "{\"label\":[\"mark=$(field .Config.Labels.mark)\"]}")"
    json 'length == 1 and .[0].Id == $id' --arg id "$ctr"
    api GET "/libpod/containers/$ctr/exists"
    [ "$status" = 404 ]
}

@test "a container of --rm goes when it is stopped before its start" {
    initialize '{"remove": true}'
    api POST "/libpod/containers/$ctr/stop?timeout=1"
    [ "$status" = 204 ]
    wait_until 20 e2e_is_gone
}

e2e_is_gone() {
    api GET "/libpod/containers/$ctr/exists"
    [ "$status" = 404 ]
}

@test "a wait for its end goes on until it ended, one for the state does not" {
    initialize "$(shell 'exit 5')"
    api POST "/libpod/containers/$ctr/wait?condition=initialized"
    [ "$status" = 200 ]
    background "$BATS_TEST_TMPDIR/wait" curl -sS --unix-socket "$SOCKET" -X POST "http://e2e/v5.0.0/libpod/containers/$ctr/wait"
    api POST "/libpod/containers/$ctr/start"
    wait "$background"
    [ "$(cat "$BATS_TEST_TMPDIR/wait")" = 5 ]
}

@test "a client that attaches before the start gets all output and its input counts" {
    initialize '{"command": ["sh", "-c", "read line; echo got $line"], "stdin": true}'
    local out=$BATS_TEST_TMPDIR/out head=$BATS_TEST_TMPDIR/hijacked path=/v5.0.0/libpod/containers/$ctr/attach
    echo word >"$BATS_TEST_TMPDIR/in"
    # shellcheck disable=SC2016 # the inner shell's
    background "$out" bash -c 'python3 "$E2E/lib/hijack.py" "$SOCKET" "$1" POST "$2" <"$3"' bash \
        "$head" "$path?stream=true&stdin=true&stdout=true&stderr=true" "$BATS_TEST_TMPDIR/in"
    wait_until 20 test -s "$head"
    api POST "/libpod/containers/$ctr/start"
    wait "$background"
    [ "$(unframe <"$out")" = 'got word' ]
}

@test "its terminal is resized before the start" {
    initialize '{"command": ["sh", "-c", "stty size"], "terminal": true}'
    api POST "/libpod/containers/$ctr/resize?h=31&w=91"
    [ "$status" = 200 ]
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait"
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [[ $body == *"31 91"* ]]
}

@test "files go in before the start, also into what is mounted" {
    only_for coracle # podman puts them below the tmpfs, where the command does not see them
    initialize '{"command": ["cat", "/t/file"], "mounts": [{"destination": "/t", "type": "tmpfs", "source": "tmpfs"}]}'
    echo inside >"$BATS_TEST_TMPDIR/file"
    tar -C "$BATS_TEST_TMPDIR" -cf "$BATS_TEST_TMPDIR/tar" file
    api PUT "/libpod/containers/$ctr/archive?path=/t" -T "$BATS_TEST_TMPDIR/tar"
    [ "$status" = 200 ]
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait"
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [[ $(unframe <"$body_file") == inside ]]
}

@test "networks are joined and left while it is initialized" {
    network
    initialize '{"netns": {"nsmode": "bridge"}}'
    post "/libpod/networks/$net/connect" "{\"container\": \"$ctr\"}"
    [ "$status" = 200 ]
    look
    json '.NetworkSettings.Networks[$net].IPAddress != ""' --arg net "$net"
    api POST "/libpod/containers/$ctr/start"
    post "/libpod/containers/$ctr/exec" '{"Cmd": ["ip", "-o", "link"], "AttachStdout": true}'
    local exec
    exec=$(field .Id)
    hijack POST "/libpod/exec/$exec/start" '{}' | unframe >"$BATS_TEST_TMPDIR/links"
    grep -q eth1 "$BATS_TEST_TMPDIR/links"
}

@test "what it depends on has to run" {
    create
    local other=$name
    create "{\"dependencyContainers\": [\"$ctr\"]}"
    api POST "/libpod/containers/$ctr/init"
    if [ "$ENGINE" = podman ]; then # which says that it is initialized
        [ "$status" = 304 ]
    else
        refused 409 "$other"
    fi
    api POST "/libpod/containers/$other/start"
    api POST "/libpod/containers/$ctr/init"
    [ "$status" = 204 ]
    api DELETE "/libpod/containers/$ctr"
}

@test "its process killed before the start is an end, and no restart policy starts it" {
    only_for coracle # podman's says initialized until it is started, which then fails
    initialize '{"restart_policy": "always"}'
    look
    kill -KILL "$(field .State.Pid)"
    api POST "/libpod/containers/$ctr/wait"
    look
    json '.State.Status == "exited" and .State.ExitCode == 137 and .RestartCount == 0'
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
}

@test "an event tells of it" {
    initialize
    api GET "/libpod/events?stream=false&since=10m&filters=$(quote "{\"container\":[\"$ctr\"],\"event\":[\"init\"]}")"
    [ "$(field '.Action + " " + .Actor.ID')" = "init $ctr" ]
}

@test "only one of many that ask initializes it" {
    create
    local i codes
    # shellcheck disable=SC2034
    codes=$(for i in 1 2 3 4 5 6; do
        curl -sS -o /dev/null -w '%{http_code}\n' --unix-socket "$SOCKET" -X POST "http://e2e/v5.0.0/libpod/containers/$ctr/init" &
    done; wait)
    [ "$(sort <<<"$codes" | uniq -c | tr -s ' ' | tr '\n' ,)" = ' 1 204, 5 304,' ]
}
