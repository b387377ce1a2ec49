load "$E2E/lib/e2e"

finished() { # SCRIPT [MORE]: a container that ran it to its end
    start "$(jq -c -n --arg script "$1" --argjson more "${2:-{\}}" '{command: ["sh", "-c", $script]} + $more')"
    api POST "/libpod/containers/$ctr/wait"
}

logs() { # QUERY
    api GET "/libpod/containers/$ctr/logs?$1"
    [ "$status" = 200 ]
    unframe ${2:+"$2"} <"$body_file"
}

@test "both streams come apart, each only on demand" {
    finished 'echo out; echo err >&2'
    [ "$(logs 'stdout=true&stderr=true' out)" = out ]
    [ "$(logs 'stdout=true&stderr=true' err)" = err ]
    [ "$(logs 'stdout=true')" = out ]
    [ "$(logs 'stderr=true')" = err ]
    api GET "/libpod/containers/$ctr/logs"
    refused 400 stdout stderr
}

@test "tail takes so many lines from the end" {
    finished 'seq 1 1000'
    [ "$(logs 'stdout=true&tail=3')" = $'998\n999\n1000' ]
    [ "$(logs 'stdout=true&tail=all' | wc -l)" = 1000 ]
    [ -z "$(logs 'stdout=true&tail=0')" ]
    api GET "/libpod/containers/$ctr/logs?stdout=true&tail=many"
    refused 400 tail many
}

@test "timestamps stand before each line" {
    finished 'echo one; echo two'
    logs 'stdout=true&timestamps=true' | while read -r time text; do
        [[ $time =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]+(Z|[+-][0-9:]+)$ ]]
        [[ $text == one || $text == two ]]
    done
}

@test "since and until cut" {
    finished 'echo early; sleep 1.2; date +%s.%N >/dev/null; echo late'
    local middle
    middle=$(logs 'stdout=true&timestamps=true&tail=1' | cut -d' ' -f1)
    [ "$(logs "stdout=true&since=$(quote "$middle")")" = late ]
    [ "$(logs "stdout=true&until=$(quote "$(date -d "$middle - 1 second" +%Y-%m-%dT%H:%M:%S.%NZ -u)")")" = early ]
    api GET "/libpod/containers/$ctr/logs?stdout=true&since=yesterday"
    refused 400 since yesterday
    api GET "/libpod/containers/$ctr/logs?stdout=true&until=tomorrow"
    refused 400 until tomorrow
}

@test "long lines and a last line without an end come whole" {
    finished 'head -c 100000 /dev/zero | tr "\0" x; echo; printf tail'
    logs 'stdout=true' >"$BATS_TEST_TMPDIR/text"
    [ "$(wc -c <"$BATS_TEST_TMPDIR/text")" = 100005 ]
    [ "$(tail -c 5 "$BATS_TEST_TMPDIR/text")" = $'\ntail' ]
}

@test "bytes that are no text come unchanged" {
    finished 'printf "\001\377\000\n"'
    logs 'stdout=true' >"$BATS_TEST_TMPDIR/bytes"
    [ "$(od -An -tx1 "$BATS_TEST_TMPDIR/bytes" | tr -d ' ')" = 01ff000a ]
}

@test "a terminal's log is raw" {
    finished 'echo line' '{"terminal":true}'
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [ "$(od -An -tx1 "$body_file" | tr -d ' ')" = 6c696e650d0a ]
}

@test "follow delivers what comes and ends with the container" {
    start '{"command":["sh","-c","echo one; until [ -e /go ]; do sleep 0.05; done; echo two; echo three >&2"]}'
    curl -sN --max-time 60 --unix-socket "$SOCKET" -o "$BATS_TEST_TMPDIR/stream" \
        "http://e2e/v5.0.0/libpod/containers/$ctr/logs?stdout=true&stderr=true&follow=true" 3>&- &
    local follower=$!
    wait_until 60 file_has "$BATS_TEST_TMPDIR/stream" one
    post "/libpod/containers/$ctr/exec" '{"Cmd":["touch","/go"],"AttachStdout":true}'
    hijack POST "/libpod/exec/$(field .Id)/start" '{}' </dev/null
    wait $follower
    [ "$(unframe out <"$BATS_TEST_TMPDIR/stream")" = $'one\ntwo' ]
    [ "$(unframe err <"$BATS_TEST_TMPDIR/stream")" = three ]
}

@test "a follower that comes before the start waits for it" {
    only_for coracle
    create '{"command":["echo","later"]}'
    curl -sN --max-time 60 --unix-socket "$SOCKET" -o "$BATS_TEST_TMPDIR/stream" -D "$BATS_TEST_TMPDIR/head" \
        "http://e2e/libpod/containers/$ctr/logs?stdout=true&follow=true" 3>&- &
    local follower=$!
    wait_until 60 file_has "$BATS_TEST_TMPDIR/head" "200 OK"
    api POST "/libpod/containers/$ctr/start"
    wait $follower
    [ "$(unframe <"$BATS_TEST_TMPDIR/stream")" = later ]
}

@test "a follower gets all that is written fast" {
    start '{"command":["sh","-c","until [ -e /go ]; do sleep 0.05; done; seq 1 50000"]}'
    curl -sN --max-time 60 --unix-socket "$SOCKET" -o "$BATS_TEST_TMPDIR/stream" \
        "http://e2e/v5.0.0/libpod/containers/$ctr/logs?stdout=true&follow=true" 3>&- &
    local follower=$!
    post "/libpod/containers/$ctr/exec" '{"Cmd":["touch","/go"],"AttachStdout":true}'
    hijack POST "/libpod/exec/$(field .Id)/start" '{}' </dev/null
    wait $follower
    unframe <"$BATS_TEST_TMPDIR/stream" | cmp - <(seq 1 50000)
}
