# coracle --url, CONTAINER_HOST and DOCKER_HOST
load "$E2E/lib/e2e"
load client

@test "--url comes before CONTAINER_HOST, which comes before DOCKER_HOST" {
    DOCKER_HOST=unix://$SOCKET "$BUILD/coracle" version
    DOCKER_HOST=unix:///wrong CONTAINER_HOST=unix://$SOCKET "$BUILD/coracle" version
    CONTAINER_HOST=unix:///wrong "$BUILD/coracle" --url "unix://$SOCKET" version
    CONTAINER_HOST="" DOCKER_HOST="unix://$SOCKET" "$BUILD/coracle" -H "" version
}

@test "an error names the connection tried and where it came from" {
    fails 125 'cannot connect to unix:///nobody (from --url): No such file' "$BUILD/coracle" --url unix:///nobody ps
    CONTAINER_HOST=unix:///nobody fails 125 'unix:///nobody (from CONTAINER_HOST)' "$BUILD/coracle" ps
    DOCKER_HOST=tcp://127.0.0.1:1 fails 125 'tcp://127.0.0.1:1 (from DOCKER_HOST): Connection refused' "$BUILD/coracle" ps
    fails 125 'unix:///run/coracle/coracle.sock (from the default)' "$BUILD/coracle" ps
    fails 125 'cannot connect to tcp://nosuch.invalid:2375' "$BUILD/coracle" --url tcp://nosuch.invalid:2375 ps
}

@test "what is no address is refused before anything is tried" {
    fails 125 '--url: "http://host" is not an address: expected unix:///PATH, tcp://HOST:PORT or ssh://' \
        "$BUILD/coracle" --url http://host ps
    fails 125 'expected unix:///PATH' "$BUILD/coracle" --url unix://relative ps
    fails 125 'expected tcp://HOST:PORT' "$BUILD/coracle" --url tcp://host ps
    fails 125 'expected ssh://[USER@]HOST' "$BUILD/coracle" --url 'ssh://-oProxyCommand=x' ps
}

@test "a server that ends, and one that speaks something else, are errors that name it" {
    answers "$BATS_TEST_TMPDIR/mute.sock" /dev/null
    fails 125 "talking to unix://$BATS_TEST_TMPDIR/mute.sock" "$BUILD/coracle" --url "unix://$BATS_TEST_TMPDIR/mute.sock" ps
    printf 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' >"$BATS_TEST_TMPDIR/odd"
    answers "$BATS_TEST_TMPDIR/odd.sock" "$BATS_TEST_TMPDIR/odd"
    fails 125 "what is no JSON" "$BUILD/coracle" --url "unix://$BATS_TEST_TMPDIR/odd.sock" ps
}

@test "tcp carries requests and streams" {
    local port=$((10000 + RANDOM % 10000))
    background "$BATS_TEST_TMPDIR/socat" socat -t 60 "TCP-LISTEN:$port,bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:$SOCKET"
    wait_until 5 nc -z 127.0.0.1 "$port"
    CORACLE=("$BUILD/coracle" --url "tcp://127.0.0.1:$port")
    begin "$IMAGE" "${WAITER[@]}"
    coracle ps -q | grep -x "$ctr"
    [ "$(echo hello | coracle exec -i "$ctr" cat)" = hello ]
    CORACLE=("$BUILD/coracle" --url "tcp://localhost:$port/")
    coracle version
}

@test "control characters of a server do not reach the terminal" {
    printf 'HTTP/1.1 500 No\r\nContent-Length: 28\r\n\r\n{"message":"\\u001b]0;title"}' >"$BATS_TEST_TMPDIR/evil"
    answers "$BATS_TEST_TMPDIR/evil.sock" "$BATS_TEST_TMPDIR/evil"
    run -125 "$BUILD/coracle" --url "unix://$BATS_TEST_TMPDIR/evil.sock" ps
    [[ $output == *"?]0;title"* && $output != *$'\e'* ]]
}
