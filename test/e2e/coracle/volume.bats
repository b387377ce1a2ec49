# coracle volume
load "$E2E/lib/e2e"
load client

@test "volumes are made, listed, shown, filled, emptied and removed" {
    volume=k$RANDOM$RANDOM
    [ "$(coracle volume create -l mark="$volume" -l other=x "$volume")" = "$volume" ]
    fails 125 "$volume" coracle volume create "$volume"
    [ "$(coracle volume create --ignore "$volume")" = "$volume" ]
    coracle volume ls | grep -E "^DRIVER +VOLUME NAME\$"
    [ "$(coracle volume ls -q --filter label=mark="$volume" --filter label=other)" = "$volume" ]
    [ -z "$(coracle volume ls -q --filter label=mark="$volume" --filter 'label!=other')" ]
    [ "$(coracle volume inspect --format '{{.Driver}} {{.Labels.other}}' "$volume")" = 'local x' ]
    mkdir "$BATS_TEST_TMPDIR/in"
    echo hello >"$BATS_TEST_TMPDIR/in/file"
    tar -C "$BATS_TEST_TMPDIR/in" -czf "$BATS_TEST_TMPDIR/in.tgz" .
    coracle volume import "$volume" "$BATS_TEST_TMPDIR/in.tgz"
    coracle volume export -o "$BATS_TEST_TMPDIR/out.tar" "$volume"
    [ "$(tar -xOf "$BATS_TEST_TMPDIR/out.tar" ./file 2>/dev/null || tar -xOf "$BATS_TEST_TMPDIR/out.tar" file)" = hello ]
    coracle volume export "$volume" | coracle volume import "$volume" -
    coracle volume exists "$volume"
    [ "$(coracle volume rm "$volume")" = "$volume" ]
    run -1 coracle volume exists "$volume"
}

@test "a volume in use needs force, which takes its containers along" {
    only_for coracle
    volume=k$RANDOM$RANDOM
    start "{\"volumes\": [{\"Name\": \"$volume\", \"Dest\": \"/x\"}]}"
    fails 125 "$ctr" coracle volume rm "$volume"
    coracle volume rm -f "$volume"
    run -1 coracle volume exists "$volume"
}

@test "options of a driver are passed on, and refused in the engine's words" {
    volume=k$RANDOM$RANDOM
    coracle volume create -d local -o type=tmpfs -o device=tmpfs -o o=size=1m "$volume"
    [ "$(coracle volume inspect --format '{{.Options.o}}' "$volume")" = size=1m ]
    coracle volume rm "$volume"
    fails 125 nosuch coracle volume create -d nosuch "$volume"
    fails 125 'KEY=VALUE' coracle volume ls --filter x
    coracle volume rm --help | grep -F 'Usage: coracle volume rm [OPTION]... VOLUME...'
}

@test "prune asks first" {
    only_for coracle
    volume=k$RANDOM$RANDOM
    coracle volume create -l mark="$volume" "$volume"
    coracle volume prune --filter label=mark="$volume" <<<n
    coracle volume exists "$volume"
    [ "$(coracle volume prune --filter label=mark="$volume" <<<y)" = "$volume" ]
    run -1 coracle volume exists "$volume"
}
