load "$E2E/lib/e2e"

@test "top shows the container's processes and no others" {
    docker_start '{"Cmd": ["sh", "-c", "sleep 4711 & exec sleep 4712"]}'
    api GET "/containers/$ctr/top"
    [ "$status" = 200 ]
    json '.Titles == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]'
    json '.Processes | length == 2 and all(length == 8)'
    json '[.Processes[][7]] | sort == ["sleep 4711", "sleep 4712"]'
    api GET "/containers/$ctr/json"
    pid=$(field .State.Pid)
    api GET "/containers/$ctr/top?ps_args=$(quote "-o pid,args")"
    json '.Titles == ["PID", "COMMAND"] and (.Processes | map(.[0]) | index($pid) != null)' --arg pid "$pid"
    api GET "/containers/$ctr/top?ps_args=aux"
    json '.Titles[0] == "USER" and (.Processes | length == 2)'
}

@test "top shows what exec runs, also on the host's pids and paused" {
    docker_start '{"HostConfig": {"PidMode": "host"}}'
    post "/containers/$ctr/exec" '{"Cmd": ["sleep", "4713"]}'
    exec_id=$(field .Id)
    post "/exec/$exec_id/start" '{"Detach": true}'
    seen() {
        api GET "/containers/$ctr/top"
        json '[.Processes[][7]] | sort == ["sleep 4713", "sleep infinity"]'
    }
    wait_until 10 seen
    api POST "/containers/$ctr/pause"
    seen
    api POST "/containers/$ctr/unpause"
}

@test "top of one that does not run, or is not there, is refused" {
    docker_create
    api GET "/containers/$ctr/top"
    refused 409 "is not running"
    api GET /containers/nosuch/top
    refused 404 nosuch
}

@test "words that ps does not take, or that would show lines of others, are refused" {
    only_for coracle # dockerd: 500
    docker_start
    api GET "/containers/$ctr/top?ps_args=--nonsense"
    refused 400 "ps_args: ps:"
    api GET "/containers/$ctr/top?ps_args=$(quote "-o comm")"
    refused 400 "no column PID"
    local title
    for title in ppid=PID ppid=XPID ppid:9=PID,comm ppid=a=PID; do
        api GET "/containers/$ctr/top?ps_args=$(quote "-o $title -o comm")"
        refused 400 "cannot be called PID"
    done
}

@test "docker top" {
    docker_start '{"Cmd": ["sleep", "4714"]}'
    run -0 docker top "$ctr"
    [[ ${lines[0]} == UID*CMD && ${lines[1]} == *"sleep 4714" ]]
    run -0 docker top "$ctr" -o pid,comm
    [[ ${lines[1]} == *sleep ]]
}
