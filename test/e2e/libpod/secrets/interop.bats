# runs alone: podman mounts the folder of the layers on itself
# The same secrets, looked at by podman itself on the same store.
load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

setup() {
    only_for coracle
}

teardown() {
    e2e_end_background
    umount "$CORACLE_PEERS$WORK/root/overlay" "$WORK/root/overlay" 2>/dev/null || true
}

podman_4() { # Debian 12's
    /usr/bin/podman --root "$WORK/root" --runroot "$WORK/runroot" --cgroup-manager cgroupfs --events-backend none "$@"
}

podman_5() { # Debian 13's
    chroot "$CORACLE_PEERS" podman --root "$WORK/root" --runroot "$WORK/runroot" --cgroup-manager cgroupfs \
        --events-backend none "$@"
}

sees_ours_and_is_seen() { # COMMAND
    local podman=$1 made
    secret_create shared "labels=$(quote '{"a":"b"}')"
    [ "$("$podman" secret inspect --format '{{.ID}} {{.Spec.Name}} {{.Spec.Driver.Name}}' "$secret" 2>/dev/null)" = "$secret_id $secret file" ]
    "$podman" secret ls --format '{{.ID}}' 2>/dev/null | grep -qx "$secret_id"
    "$podman" secret rm "$secret" 2>/dev/null
    api GET "/libpod/secrets/$secret/exists"
    [ "$status" = 404 ]
    fresh_secret
    made=$(printf 'of podman' | "$podman" secret create --label c=d "$secret" - 2>/dev/null)
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.ID == $id and .SecretData == "of podman" and .Spec.Labels == {"c":"d"}' --arg id "$made"
    api DELETE "/libpod/secrets/$made"
    [ "$status" = 204 ]
    run "$podman" secret inspect "$secret"
    [ "$status" -ne 0 ]
}

@test "podman 4.3 uses our secrets and we use its" {
    [ -x /usr/bin/podman ] || skip "no podman"
    sees_ours_and_is_seen podman_4
}

@test "podman 5.4 uses our secrets and we use its" {
    need_peers
    sees_ours_and_is_seen podman_5
    secret_create value
    [ "$(podman_5 secret inspect --showsecret --format '{{.SecretData}}' "$secret" 2>/dev/null)" = value ]
}

make_many() { # FOLDER PREFIX: ten secrets through the API; the failures in FOLDER
    local i code
    for i in {1..10}; do
        code=$(printf "$2$i" | curl -s --unix-socket "$SOCKET" -X POST --data-binary @- -o /dev/null -w '%{http_code}' \
            -H 'Content-Type: application/octet-stream' "http://e2e/libpod/secrets/create?name=$2$i")
        [ "$code" = 200 ] || echo "$2$i: $code" >>"$1/failures"
    done
}

@test "both making secrets at once lose none" {
    need_peers
    local mark=c$BASHPID$RANDOM i
    make_many "$BATS_TEST_TMPDIR" "$mark-a" 3>&- &
    local first=$!
    make_many "$BATS_TEST_TMPDIR" "$mark-b" 3>&- &
    local second=$!
    for i in {1..5}; do
        printf "$mark-p$i" | podman_5 secret create "$mark-p$i" - 2>/dev/null
    done
    wait $first $second
    [ ! -e "$BATS_TEST_TMPDIR/failures" ] || { cat "$BATS_TEST_TMPDIR/failures"; return 1; }
    api GET "/libpod/secrets/json?filters=$(quote "{\"name\":[\"$mark-\"]}")"
    json 'length == 25'
    [ "$(podman_5 secret ls --format '{{.Name}}' 2>/dev/null | grep -c "^$mark-")" = 25 ]
    for name in $(field '.[].Spec.Name'); do
        echo "$name" >>"$WORK/names/$(e2e_file).secrets"
        api GET "/libpod/secrets/$name/json?showsecret=true"
        json '.SecretData == .Spec.Name'
    done
}
