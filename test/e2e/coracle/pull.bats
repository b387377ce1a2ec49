# coracle pull
load "$E2E/lib/e2e"
load client

setup() {
    registry
    push_image "$REGISTRY/coracle-pull:latest"
}

@test "pull shows its steps in plain lines, and the name at the end" {
    run --separate-stderr -0 coracle pull "$REGISTRY/coracle-pull:latest"
    [ "$output" = "$REGISTRY/coracle-pull:latest" ]
    [[ $stderr != *$'\e'* ]]
    [[ $stderr == *"Pulling from"*"coracle-pull"*"Digest: sha256:"*"Status: "* ]]
    coracle images --format '{{.RepoTags}}' | grep "$REGISTRY/coracle-pull:latest"
}

@test "pull draws bars on a terminal, and takes the tag latest when none is named" {
    run -0 on_terminal 'expect \x1b[K' 'expect Digest: sha256:' -- "${CORACLE[@]}" pull "$REGISTRY/coracle-pull"
}

@test "pull -q shows nothing on the way" {
    run --separate-stderr -0 coracle pull -q "$REGISTRY/coracle-pull:latest"
    [ "$output" = "$REGISTRY/coracle-pull:latest" ]
    [ "$stderr" = "" ]
}

@test "a pull that fails says what and where" {
    fails 125 no-such-image coracle pull "$REGISTRY/no-such-image:latest"
    fails 125 127.0.0.1:1 coracle pull 127.0.0.1:1/nobody:there
    fails 125 'UPPER' coracle pull "$REGISTRY/UPPER"
}
