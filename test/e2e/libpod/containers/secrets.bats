# Secrets in containers: the members secrets and secret_env of containers/create.
load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

in_container() { # COMMAND...: runs it in $ctr; $output, without the frames
    [ "$ENGINE" != podman ] || skip "an exec of podman in the peers' tree does not see the container's root"
    post "/libpod/containers/$ctr/exec" "$(printf '%s\x1f' "$@" |
        jq -Rsc '{AttachStdout: true, AttachStderr: true, Cmd: split("\u001f")[:-1]}')"
    [ "$status" = 201 ] || return 1
    output=$(hijack POST "/libpod/exec/$(field .Id)/start" '{}' </dev/null | unframe)
    echo "$*: $output"
}

found() { # TEXT: files of the engine with this text, but for the store of secrets itself
    grep -rlsF -- "$1" "$WORK/root/coracle" "$WORK/runroot" "$WORK/root/overlay-containers" "$E2E_OUT/server.log"
}

@test "a secret is a file in run secrets that root may read" {
    secret_create $'top\nsecret'
    start "{\"secrets\":[{\"Source\":\"$secret\"}]}"
    in_container sh -c "stat -c '%a %u:%g' /run/secrets/$secret; cat /run/secrets/$secret"
    [ "$output" = $'444 0:0\ntop\nsecret' ]
    api GET "/libpod/containers/$ctr/json"
    json '.Config.Secrets == [{"Name":$name,"ID":$id,"UID":0,"GID":0,"Mode":292}]' --arg name "$secret" --arg id "$secret_id"
    json '.Mounts == []'
    [[ $body != *'top\nsecret'* ]]
}

@test "target owner and mode are as asked for, each for its own" {
    [ "$ENGINE" != podman ] || skip "podman keeps one file for all uses of a secret: the last mode counts"
    secret_create shared
    start "{\"secrets\":[{\"Source\":\"$secret\",\"Target\":\"deep/er\",\"UID\":1000,\"GID\":1001,\"Mode\":256},
        {\"Source\":\"$secret_id\",\"Target\":\"/etc/app/key\",\"Mode\":420},{\"Source\":\"$secret\"}]}"
    in_container sh -c "stat -c '%a %u:%g' /run/secrets/deep/er /etc/app/key /run/secrets/$secret; cat /etc/app/key"
    [ "$output" = $'400 1000:1001\n644 0:0\n444 0:0\nshared' ]
}

@test "a container keeps the file that it was made with" {
    secret_create first
    start "{\"secrets\":[{\"Source\":\"$secret\"}]}"
    api POST "/libpod/secrets/create?name=$secret&replace=true" -H 'Content-Type: application/octet-stream' --data-binary second
    [ "$status" = 200 ]
    api DELETE "/libpod/secrets/$secret"
    api POST "/libpod/containers/$ctr/restart?t=0"
    [ "$status" = 204 ]
    in_container cat "/run/secrets/$secret"
    [ "$output" = first ]
}

@test "a secret is a variable of the first process and of others" {
    secret_create hidden-in-env
    fresh_name
    create "{\"secret_env\":{\"TOKEN\":\"$secret\",\"PATH\":\"$secret\"},\"env\":{\"TOKEN\":\"plain\"},\"name\":\"$name\",
        \"command\":[\"/bin/sh\",\"-c\",\"echo got \$TOKEN \$PATH; exec /bin/sleep 1000\"]}"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    wait_until 30 log_says "got hidden-in-env hidden-in-env"
    in_container /bin/sh -c 'echo $TOKEN'
    [ "$output" = hidden-in-env ]
    api GET "/libpod/containers/$ctr/json"
    [[ $body != *hidden-in-env* ]]
    api GET "/containers/$ctr/json"
    [[ $body != *hidden-in-env* ]]
    only_for coracle
    [ -L "$WORK/root/overlay-containers/$ctr/userdata/config.json" ]
    [ "$(stat -c %a "$WORK/runroot/overlay-containers/$ctr/userdata/private")" = 700 ]
    [ "$(found hidden-in-env | grep -v -e /private/userdata-config.json -e /ctr.log)" = "" ]
}

log_says() {
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    grep -qF "$1" <<<"$body"
}

@test "a changed secret is a changed variable from the next start on" {
    secret_create old
    start "{\"secret_env\":{\"TOKEN\":\"$secret\"}}"
    api POST "/libpod/secrets/create?name=$secret&replace=true" -H 'Content-Type: application/octet-stream' --data-binary new
    api POST "/libpod/containers/$ctr/restart?t=0"
    [ "$status" = 204 ]
    in_container sh -c "tr '\\0' '\\n' </proc/1/environ | grep TOKEN"
    [ "$output" = TOKEN=new ]
}

@test "nothing of a value is left when the container has ended or is gone" {
    only_for coracle
    secret_create left-nowhere
    start "{\"secrets\":[{\"Source\":\"$secret\"}],\"secret_env\":{\"TOKEN\":\"$secret\"}}"
    in_container true
    [ -n "$(found left-nowhere)" ]
    api POST "/libpod/containers/$ctr/kill"
    api POST "/libpod/containers/$ctr/wait"
    wait_until 30 [ ! -e "$WORK/runroot/overlay-containers/$ctr/userdata/private" ]
    [ "$(found left-nowhere)" = "$WORK/root/overlay-containers/$ctr/userdata/secrets/0" ] # for the next start
    api DELETE "/libpod/containers/$ctr?force=true"
    [ "$(found left-nowhere)" = "" ]
}

@test "a missing secret is refused when the container is made" {
    fresh_name
    local use
    for use in '"secrets":[{"Source":"nosuch"}]' '"secret_env":{"A":"nosuch"}'; do
        post /libpod/containers/create "{\"image\":\"$IMAGE\",\"name\":\"$name\",$use}"
        refused 404 nosuch
        json '.cause == "no such secret"'
        api GET "/libpod/containers/$name/exists"
        [ "$status" = 404 ]
    done
}

@test "a variable whose secret is gone is a conflict at the start" {
    secret_create
    create "{\"secret_env\":{\"TOKEN\":\"$secret\"}}"
    api DELETE "/libpod/secrets/$secret"
    api POST "/libpod/containers/$ctr/start"
    refused 409 TOKEN "$secret" "no such secret"
    secret_create x
    create "{\"secret_env\":{\"TOKEN\":\"$secret\"}}"
    printf 'a\0b' >"$BATS_TEST_TMPDIR/value"
    api POST "/libpod/secrets/create?name=$secret&replace=true" -H 'Content-Type: application/octet-stream' \
        --data-binary "@$BATS_TEST_TMPDIR/value"
    only_for coracle
    api POST "/libpod/containers/$ctr/start"
    refused 409 TOKEN "zero byte"
}

@test "uses that cannot work are refused by name" {
    only_for coracle
    secret_create
    fresh_name
    local use
    while IFS='|' read -r use words; do
        post /libpod/containers/create "{\"image\":\"$IMAGE\",\"name\":\"$name\",\"mounts\":[{\"destination\":\"/taken\",\"type\":\"tmpfs\"}],${use//SECRET/\"$secret\"}}"
        refused 400 "$words"
        api GET "/libpod/containers/$name/exists"
        [ "$status" = 404 ]
    done <<'EOU'
"secrets":[{"Source":SECRET,"Target":"/"}]|Target
"secrets":[{"Source":SECRET,"Target":"."}]|Target
"secrets":[{"Source":SECRET,"Target":"../../etc/shadow"}]|Target
"secrets":[{"Source":SECRET,"Target":"/run/secrets"}]|Target
"secrets":[{"Source":SECRET,"Target":"/taken"}]|/taken
"secrets":[{"Source":SECRET},{"Source":SECRET}]|Target
"secrets":[{"Source":SECRET,"UID":-1}]|UID
"secrets":[{"Source":SECRET,"GID":4294967295}]|GID
"secrets":[{"Source":SECRET,"Mode":4096}]|Mode
"secrets":[{"Source":SECRET,"Mode":"0400"}]|Mode
"secrets":[{"Target":"x"}]|Source
"secrets":{"Source":SECRET}|secrets
"secrets":[SECRET]|secrets
"secret_env":{"":SECRET}|secret_env
"secret_env":{"A=B":SECRET}|secret_env
"secret_env":["A"]|secret_env
"secret_env":{"A":1}|secret_env
EOU
}

@test "a read-only container has its secrets too" {
    secret_create read-only
    start "{\"secrets\":[{\"Source\":\"$secret\"}],\"read_only_filesystem\":true}"
    in_container sh -c "cat /run/secrets/$secret; echo x >/run/secrets/$secret"
    [[ $output == read-only*"Read-only file system"* ]]
}

@test "a volume at run secrets keeps its place" {
    secret_create in-volume
    start "{\"secrets\":[{\"Source\":\"$secret\"}],\"mounts\":[{\"destination\":\"/run/secrets\",\"type\":\"tmpfs\",\"options\":[\"mode=700\"]}]}"
    in_container sh -c "stat -c %a /run/secrets; cat /run/secrets/$secret"
    [ "$output" = $'700\nin-volume' ]
}
