# testcontainers for node, unchanged, with its reaper's image replaced by one that does the same.
load "$E2E/lib/e2e"

program() { # FILE ARGUMENTS...: ends well, having done all of it
    timeout 300 node "$E2E/clients/node/$1" "${@:2}" >"$BATS_TEST_TMPDIR/out" 2>&1 || true
    tail -n 1 "$BATS_TEST_TMPDIR/out" | grep -qx "all well" || { cat "$BATS_TEST_TMPDIR/out"; return 1; }
}

setup() {
    [ -d "$E2E/clients/node/node_modules" ] || skip "no testcontainers: npm ci --prefix test/e2e/clients/node"
}

reaper_image() { # NAME: from reaper.c and nothing else
    local root=$BATS_TEST_TMPDIR/reaper
    mkdir -p "$root"
    gcc -std=gnu17 -Wall -Wextra -Werror -O1 -static -o "$root/reaper" "$E2E/clients/reaper.c"
    tar -C "$root" -cf - . | curl -sS --fail-with-body --unix-socket "$SOCKET" -X POST -H 'Content-Type: application/x-tar' -T - \
        "http://e2e/images/create?fromSrc=-&repo=$1&tag=latest&changes=$(quote 'ENTRYPOINT ["/reaper"]')&changes=$(quote 'EXPOSE 8080')"
}

none_left() { # containers and networks of testcontainers
    local filters
    filters=$(quote '{"label": ["org.testcontainers=true"]}')
    api GET "/containers/json?all=1&filters=$filters"
    json '. == []' || return 1
    api GET "/networks?filters=$filters"
    json '. == []'
}

@test "testcontainers waits in each of its ways, and its reaper removes everything" {
    reaper_image e2e/reaper
    export DOCKER_HOST=unix://$SOCKET RYUK_CONTAINER_IMAGE=e2e/reaper HOME=$BATS_TEST_TMPDIR
    program testcontainers.mjs "$IMAGE"
    wait_until 120 none_left
    api DELETE "/images/e2e/reaper?force=1"
    [ "$status" = 200 ]
}
