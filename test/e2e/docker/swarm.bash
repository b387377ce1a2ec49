# What a dockerd outside a swarm answers, and we. Loaded after lib/e2e by the files of swarms' routes.

setup() {
    [ "$ENGINE" != podman ] || skip "podman says 503 to all of it in words of its own"
}

no_manager() { # METHOD PATH [BODY]: at the oldest level, the newest and without one
    local prefix
    for prefix in "" /v1.24 /v1.45; do
        if [ $# -gt 2 ]; then
            api "$1" "$prefix$2" -H 'Content-Type: application/json' --data-binary "$3"
        else
            api "$1" "$prefix$2"
        fi
        [ "$status" = 503 ] || { echo "status $status"; return 1; }
        json '.message | startswith("This node is not a swarm manager. Use \"docker swarm init\"")' || return 1
    done
}

bad_body() { # PATH: bodies that are refused before there is talk of a swarm
    local body
    for body in '[]' '{bad' '"x"' '{"Labels":[]}' '{"Name":1}'; do
        post "$1" "$body"
        [ "$status" = 400 ] || { echo "$body: status $status"; return 1; }
    done
    api POST "$1" -H 'Content-Type: text/plain' -d '{}'
    [ "$status" = 400 ] && json '.message | contains("Content-Type header (text/plain)")'
}
