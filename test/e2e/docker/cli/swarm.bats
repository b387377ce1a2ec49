# Commands for swarms and plugins: what they say to a dockerd outside a swarm.
load "$E2E/lib/e2e"

setup() {
    [ "$ENGINE" != podman ] || skip "podman refuses in words of its own"
}

says() { # TEXT COMMAND...: with both clients; the command fails
    local text=$1 client
    shift
    for client in docker newer_docker; do
        [ $client = docker ] || [ -x "$CORACLE_PEERS/usr/bin/docker" ] || continue
        run "$client" "$@" </dev/null
        [ "$status" -eq 1 ]
        [[ $output == *"$text"* ]] || { echo "$client $*: $output"; return 1; }
    done
}

@test "nodes services stacks and configs ask for a manager" {
    local command text="This node is not a swarm manager. Use \"docker swarm init\""
    for command in "node ls" "node ps" "node inspect self" "node rm x" "service ls" "service ps x" "service logs x" "service rm x" \
        "stack ls" "stack ps x" "config ls" "config rm x" "swarm ca" "swarm join-token worker" "swarm update --autolock"; do
        # shellcheck disable=SC2086 # words
        says "$text" $command
    done
}

@test "a swarm cannot be left or joined" {
    says "This node is not part of a swarm" swarm leave
    says "This node is not part of a swarm" swarm leave --force
    only_for coracle
    says "cannot join a swarm" swarm join 127.0.0.1:1
    says "cannot begin a swarm" swarm init
}

@test "there are no plugins" {
    [ "$(docker plugin ls --format '{{.Name}}')" = "" ]
    says x plugin inspect x
    says 'plugin "x" not found' plugin enable x
    says 'plugin "x:latest" not found' plugin push x
}

@test "secrets need no swarm" {
    only_for coracle
    local name=cli-$RANDOM$RANDOM
    printf value | docker secret create --label a=b "$name" - >"$BATS_TEST_TMPDIR/id"
    [ "$(docker secret ls --filter "name=$name" --format '{{.ID}} {{.Name}} {{.Driver}}')" = "$(cat "$BATS_TEST_TMPDIR/id") $name file" ]
    [ "$(docker secret inspect --format '{{.Spec.Labels.a}}' "$name")" = b ]
    says "already exists" secret create "$name" "$BATS_TEST_TMPDIR/id"
    docker secret rm "$name"
    says "$name" secret rm "$name"
}
