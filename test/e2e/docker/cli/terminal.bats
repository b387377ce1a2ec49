# Terminals by the real clients: run -it, exec -it, attach.
load "$E2E/lib/e2e"
load clients

@test "run -it is a terminal of the client's size whose exit code counts" {
    check() {
        run -5 on_terminal 'size 33 101' 'expect #' 'send until stty size | grep 33; do :; done\r' 'expect 33 101' 'size 20 70' \
            'send until stty size | grep 20; do :; done\r' 'expect 20 70' 'send exit 5\r' -- "${words[@]}" run --network none -it --rm busybox sh
    }
    with_each_client check
}

@test "the detach keys leave a terminal's container running, attach comes back to it" {
    check() {
        fresh_name
        run -0 on_terminal 'expect #' 'send A=kept\r' 'expect #' 'send \x10\x11' -- \
            "${words[@]}" run --network none -it --name "$name" busybox sh
        [ "$(client inspect -f '{{.State.Status}}' "$name")" = running ] || return 1
        run -3 on_terminal 'send echo $A\r' 'expect kept' 'send exit 3\r' -- "${words[@]}" attach "$name"
    }
    with_each_client check
}

@test "exec -it is a terminal of the client's size" {
    check() {
        fresh_name
        client run --network none -d --name "$name" busybox sleep 1000 || return 1
        run -9 on_terminal 'size 21 83' 'expect #' 'send until stty size | grep 21; do :; done\r' 'expect 21 83' 'send exit 9\r' -- \
            "${words[@]}" exec -it "$name" sh
    }
    with_each_client check
}
