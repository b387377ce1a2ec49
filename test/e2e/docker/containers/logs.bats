load "$E2E/lib/e2e"

speak() { # [DOCUMENT]: a container that wrote out and err, and ended
    docker_start "$(jq -n --argjson more "${1:-{\}}" '{Cmd: ["sh", "-c", "echo one; echo two >&2; echo three"]} * $more')"
    api POST "/containers/$ctr/wait"
}

@test "logs are frames that tell the streams apart" {
    speak
    api GET "/containers/$ctr/logs?stdout=1&stderr=1"
    [ "$status" = 200 ]
    [ "$(unframe out <"$body_file")" = $'one\nthree' ]
    [ "$(unframe err <"$body_file")" = two ]
    api GET "/containers/$ctr/logs?stderr=1"
    [ "$(unframe <"$body_file")" = two ]
}

@test "logs are called multiplexed from 1.42 on, and raw of a terminal" {
    speak
    api GET "/v1.41/containers/$ctr/logs?stdout=1"
    [ "$(header Content-Type)" = application/vnd.docker.raw-stream ]
    api GET "/v1.42/containers/$ctr/logs?stdout=1"
    [ "$(header Content-Type)" = application/vnd.docker.multiplexed-stream ]
    speak '{"Tty": true}'
    api GET "/v1.42/containers/$ctr/logs?stdout=1"
    [ "$(header Content-Type)" = application/vnd.docker.raw-stream ]
    [ "$(cat "$body_file")" = $'one\r\ntwo\r\nthree\r' ]
}

@test "logs of the last lines, with times, and of a time" {
    speak
    api GET "/containers/$ctr/logs?stdout=1&stderr=1&tail=1"
    [ "$(unframe <"$body_file" | wc -l)" = 1 ]
    api GET "/containers/$ctr/logs?stdout=1&timestamps=1"
    [[ $(unframe <"$body_file" | head -n 1) == 20??-??-??T??:??:??.*Z\ one ]]
    api GET "/containers/$ctr/logs?stdout=1&since=4102444800"
    [ ! -s "$body_file" ]
    api GET "/containers/$ctr/logs?stdout=1&until=1"
    [ ! -s "$body_file" ]
}

@test "logs want a stream, a container and times that are some" {
    docker_create
    api GET "/containers/$ctr/logs"
    refused 400 'you must choose at least one stream'
    api GET '/containers/nosuch/logs?stdout=1'
    refused 404 'No such container: nosuch'
    api GET "/containers/$ctr/logs?stdout=1&since=yesterday"
    [ "$status" -ge 400 ]
    [[ $(field .message) == *yesterday* ]]
    api GET "/containers/$ctr/logs?stdout=1"
    [ "$status" = 200 ] && [ ! -s "$body_file" ]
}

@test "logs that nobody keeps are a 501, not a cut stream" {
    docker_create '{"HostConfig": {"LogConfig": {"Type": "none"}}}'
    api POST "/containers/$ctr/start"
    api GET "/containers/$ctr/logs?stdout=1"
    refused 501 'configured logging driver does not support reading'
}

@test "a follower that is there before the start gets everything and its end" {
    only_for coracle # the peers send nothing then; a client that follows early wants it all the same
    docker_create '{"Cmd": ["sh", "-c", "echo first; sleep 0.2; echo last"]}'
    background "$BATS_TEST_TMPDIR/log" curl -sN --unix-socket "$SOCKET" "http://e2e/containers/$ctr/logs?stdout=1&follow=1"
    api POST "/containers/$ctr/start"
    wait "$background"
    [ "$(unframe <"$BATS_TEST_TMPDIR/log")" = $'first\nlast' ]
}
