load "$E2E/lib/e2e"

@test "a session shows what it is going to run" {
    docker_start
    post "/containers/$ctr/exec" '{"Cmd": ["echo", "a", "b"], "AttachStdout": true, "User": "5"}'
    exec=$(field .Id)
    api GET "/exec/$exec/json"
    [ "$status" = 200 ]
    json '. == {"ID": "'"$exec"'", "Running": false, "ExitCode": null, "ProcessConfig": {"tty": false, "entrypoint": "echo",
        "arguments": ["a", "b"], "privileged": false, "user": "5"}, "OpenStdin": false, "OpenStderr": false, "OpenStdout": true,
        "CanRemove": false, "ContainerID": "'"$ctr"'", "DetachKeys": "", "Pid": 0}'
    api GET "/containers/$ctr/json"
    json '.ExecIDs == ["'"$exec"'"]'
    post "/exec/$exec/start" '{}'
    api GET "/exec/$exec/json"
    json '.ExitCode == 0'
    api GET "/containers/$ctr/json"
    json '.ExecIDs == null'
}

@test "a session that is none is a 404 that names it" {
    api GET /exec/nosuch/json
    refused 404 'No such exec instance: nosuch'
}
