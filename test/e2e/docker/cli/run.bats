# docker run by the real clients.
load "$E2E/lib/e2e"
load clients

@test "run --rm prints what the command printed, ends with its exit code and leaves nothing" {
    check() {
        fresh_name
        run -7 --separate-stderr client run --network none --rm --name "$name" busybox sh -c 'echo out; echo err >&2; exit 7'
        [ "$output" = out ] && [ "$stderr" = err ] || return 1
        api GET "/containers/$name/json"
        refused 404 "No such container: $name"
    }
    with_each_client check
}

@test "run -i passes standard input on and ends with it" {
    check() {
        [ "$(seq 1 50000 | client run --network none --rm -i busybox md5sum)" = "$(seq 1 50000 | md5sum)" ]
    }
    with_each_client check
}

@test "no output of a container that lives a moment is lost" {
    check() {
        local i
        for i in 1 2 3 4 5 6 7 8; do
            [ "$(client run --network none --rm busybox echo "moment $i")" = "moment $i" ] || return 1
        done
    }
    with_each_client check
}

@test "a command that is not there ends run with 127, one that cannot be executed with 126" {
    check() {
        run -127 client run --network none --rm busybox nosuchcommand
        [[ $output == *"executable file"*"not found"* ]] || return 1
        run -126 client run --network none --rm busybox /etc/passwd
        [[ $output == *"permission denied"* ]] || return 1
        run -125 client run --network none --rm --memory 1m busybox true
    }
    with_each_client check
}

@test "a container of run --rm that did not start is gone, another one stays created with the code" {
    check() {
        fresh_name
        run -127 client run --network none --rm --name "$name" busybox nosuchcommand
        api GET "/containers/$name/json"
        refused 404 "$name" || return 1
        run -127 client run --network none --name "$name" busybox nosuchcommand
        [ "$(client inspect -f '{{.State.Status}} {{.State.ExitCode}}' "$name")" = "created 127" ]
        [[ $(client inspect -f '{{.State.Error}}' "$name") == *"not found"* ]]
    }
    with_each_client check
}

@test "run -d -p publishes a port" {
    check() {
        fresh_name
        client run -d --name "$name" -p 127.0.0.1::80 busybox \
            sh -c 'mkdir /www; echo served >/www/index.html; exec httpd -f -p 80 -h /www' || return 1
        local address
        address=$(client port "$name" 80/tcp)
        [[ $address == 127.0.0.1:* ]] || return 1
        wait_until 5 curl -sf "http://$address/"
        [ "$(curl -s "http://$address/")" = served ]
        [[ $(client ps --filter "name=$name" --format '{{.Ports}}') == "$address->80/tcp" ]]
    }
    with_each_client check
}

@test "a restart policy starts it again, as often as it says" {
    check() {
        fresh_name
        client run --network none -d --name "$name" --restart on-failure:2 busybox sh -c 'echo once; exit 3' || return 1
        wait_until 20 stopped_after "$name" 2
        [ "$(client logs "$name" | grep -c once)" = 3 ]
        [ "$(client wait "$name")" = 3 ]
        fresh_name
        client run --network none -d --name "$name" --restart always busybox true || return 1
        wait_until 20 restarted "$name"
        client stop "$name" || return 1
        [ "$(client inspect -f '{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}' "$name")" = "exited always" ]
    }
    restarted() { # NAME
        [ "$(docker inspect -f '{{.RestartCount}}' "$1")" -ge 2 ]
    }
    stopped_after() { # NAME COUNT
        [ "$(docker inspect -f '{{.State.Status}} {{.RestartCount}}' "$1")" = "exited $2" ]
    }
    with_each_client check
}

@test "run --cidfile writes the id, run -d prints it" {
    check() {
        fresh_name
        fresh_folder
        local id
        id=$(client run -d --name "$name" --cidfile "$folder/id" busybox sleep 1000) || return 1
        [ "$(cat "$folder/id")" = "$id" ] && [ ${#id} = 64 ]
    }
    with_each_client check
}
