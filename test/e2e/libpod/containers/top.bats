load "$E2E/lib/e2e"

@test "top shows podman's usual columns, as the container sees its processes" {
    start '{"command": ["sh", "-c", "sleep 4711 & exec sleep 4712"]}'
    api GET "/libpod/containers/$ctr/top"
    [ "$status" = 200 ]
    json '.Titles == ["USER", "PID", "PPID", "%CPU", "ELAPSED", "TTY", "TIME", "COMMAND"]'
    json '[.Processes[][7]] | sort == ["sleep 4711", "sleep 4712"]'
    json '.Processes[0][:3] == ["root", "1", "0"] and .Processes[1][2] == "1"'
    json '.Processes[0] | (.[3] | test("^[0-9]+\\.[0-9]{3}$")) and (.[4] | test("s$")) and .[5] == "?"'
}

@test "top takes descriptors" {
    start '{"command": ["sleep", "4713"], "user": "1234:5678", "terminal": true}'
    api GET "/libpod/containers/$ctr/json"
    pid=$(field .State.Pid)
    api GET "/libpod/containers/$ctr/top?ps_args=user,ruser,group,huser,pid,hpid,pgid,tty,state,nice,args"
    json '.Titles == ["USER", "RUSER", "GROUP", "HUSER", "PID", "HPID", "PGID", "TTY", "STATE", "NI", "COMMAND"]'
    json '.Processes == [["1234", "1234", "5678", "1234", "1", $pid, "1", "pts/0", "S", "0", "sleep 4713"]]' --arg pid "$pid"
    api GET "/libpod/containers/$ctr/top?ps_args=pid&ps_args=seccomp,vsz,stime,time,etime,comm,rgroup,hgroup,ppid,label,pcpu"
    json '.Titles | length == 12'
    json '.Processes[0] | length == 12 and .[1] == "filter" and (.[2] | tonumber > 0)'
    api GET "/libpod/containers/$ctr/top?ps_args=pid,nonsense"
    refused 400 '"nonsense" is not a descriptor: expected args, comm'
}

@test "top takes words for ps" {
    only_for coracle # podman runs a ps of the container's
    start '{"command": ["sleep", "4714"]}'
    api GET "/libpod/containers/$ctr/top?ps_args=-ef"
    json '.Titles[7] == "CMD" and .Processes[0][7] == "sleep 4714"'
    api GET "/libpod/containers/$ctr/top?ps_args=-o,pid%3DPID,args"
    refused 400 "cannot be called PID"
    api GET "/libpod/containers/$ctr/top?ps_args=-o,pid,-o,$(quote "comm=two words")"
    refused 400 "a blank in its title"
}

@test "top as a stream goes on until the container ends" {
    start
    background "$BATS_TEST_TMPDIR/stream" curl -sN --unix-socket "$SOCKET" "http://e2e/libpod/containers/$ctr/top?stream=true&delay=1"
    several() { [ "$(jq -c .Titles "$BATS_TEST_TMPDIR/stream" | wc -l)" -ge 2 ]; }
    wait_until 30 several
    api DELETE "/libpod/containers/$ctr?force=true"
    wait_until 30 eval "! kill -0 $background"
    create
    api GET "/libpod/containers/$ctr/top"
    refused 409 "is not running"
    api GET "/libpod/containers/$ctr/top?delay=0"
    refused 400 "delay: 0"
    api GET /libpod/containers/nosuch/top
    refused 404 nosuch
}
