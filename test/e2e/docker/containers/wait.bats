load "$E2E/lib/e2e"

@test "wait of one that does not run answers at once" {
    docker_create
    api POST "/containers/$ctr/wait"
    [ "$status" = 200 ]
    json '.StatusCode == 0'
    docker_start '{"Cmd": ["sh", "-c", "exit 3"]}'
    api POST "/containers/$ctr/wait"
    json '. == {"StatusCode": 3}'
    api POST "/v1.29/containers/$ctr/wait"
    json '.StatusCode == 3'
}

@test "wait refuses a condition that is none and a container that is none" {
    docker_create
    api POST "/containers/$ctr/wait?condition=tired"
    refused 400 'invalid condition: "tired"'
    api POST /containers/nosuch/wait
    refused 404 'No such container: nosuch'
}

wait_in_background() { # CONDITION: answers into $answer; the head has come when this returns
    answer=$BATS_TEST_TMPDIR/answer
    background "$BATS_TEST_TMPDIR/curl" curl -sN --unix-socket "$SOCKET" -X POST -D "$answer.head" -o "$answer" \
        "http://e2e/containers/$ctr/wait?condition=$1"
    wait_until 10 file_has "$answer.head" '200 OK'
}

@test "wait for the next exit counts from the head on, however short the run" {
    docker_create '{"Cmd": ["sh", "-c", "exit 5"]}'
    wait_in_background next-exit
    api POST "/containers/$ctr/start"
    wait_until 10 file_has "$answer" '"StatusCode":5'
    wait_in_background next-exit
    api POST "/containers/$ctr/start"
    wait_until 10 file_has "$answer" '"StatusCode":5'
}

@test "wait for the removal has the exit code of the last run" {
    docker_create '{"Cmd": ["sh", "-c", "exit 6"], "HostConfig": {"AutoRemove": true}}'
    wait_in_background removed
    api POST "/containers/$ctr/start"
    [ "$status" = 204 ]
    wait_until 10 file_has "$answer" '"StatusCode":6'
    api GET "/containers/$ctr/json"
    refused 404 "$ctr"
}
