load "$E2E/lib/e2e"

stat_header() { # FILTER: of what the header says
    header x-docker-container-path-stat | base64 -d | jq -e "$1"
}

head_of() { # PATH
    api HEAD "/libpod/containers/$ctr/archive?path=$(quote "$1")"
}

get() { # PATH [QUERY]
    api GET "/libpod/containers/$ctr/archive?path=$(quote "$1")${2-}"
}

put() { # PATH [QUERY] <tar
    cat >"$BATS_TEST_TMPDIR/put.tar"
    api PUT "/libpod/containers/$ctr/archive?path=$(quote "$1")${2-}" -H 'Content-Type: application/x-tar' --data-binary "@$BATS_TEST_TMPDIR/put.tar"
}

names() { # of the archive that came, without the slashes after directories
    tar -tf "$body_file" 2>/dev/null | sed 's,\(.\)/$,\1,' | tr '\n' ' '
}

# One that ended: podman in a tree of its own finds no root of one that runs.
furnished() {
    create '{"command": ["sh", "-c", "mkdir -p /d/s /e; echo hi >/d/f; ln -s f /d/l; ln -s /nosuch /d/broken; ln -s ../d /e/up; ln -s l /d/ll; ln /d/f /d/hard; echo x >/v/in"],
        "volumes": [{"Dest": "/v"}]}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait?condition=exited"
}

@test "the header tells of a link what it is and where it leads" {
    furnished
    head_of /d
    [ "$status" = 200 ]
    stat_header '.name == "d" and .mode == 2147484141 and .isDir and .linkTarget == "/d" and (keys | length) == 6'
    head_of /d/f
    stat_header '.name == "f" and .size == 3 and .mode == 420 and (.isDir | not) and .linkTarget == "/d/f"'
    head_of /d/l
    stat_header '.name == "f" and .size == 1 and .mode == 134218239 and .linkTarget == "/d/f"'
    head_of /d/ll
    stat_header '.name == "f" and .linkTarget == "/d/f"'
    head_of /e/up
    stat_header '.name == "d" and .mode == 134218239 and .isDir and .linkTarget == "/d"'
    head_of /
    stat_header '.name == "." and .isDir'
    head_of /d/.
    stat_header '.name == "." and .isDir and .linkTarget == "/d/."'
}

@test "a link that leads to nothing is a 404, with the header" {
    furnished
    head_of /d/broken
    [ "$status" = 404 ]
    stat_header '.name == "nosuch" and .mode == 134218239 and .linkTarget == "/nosuch"'
    get /d/broken
    refused 404 /d/broken
    stat_header '.linkTarget == "/nosuch"'
    head_of /nosuch
    [ "$status" = 404 ]
    get ''
    refused 400 path
    api GET '/libpod/containers/nosuch/archive?path=/'
    refused 404 nosuch
    api PUT '/libpod/containers/nosuch/archive?path=/'
    refused 404 nosuch
}

@test "what a link leads to comes under the name that was asked for" {
    furnished
    get /d
    [ "$(header content-type)" = application/x-tar ]
    [ "$(names)" = 'd d/broken d/f d/hard d/l d/ll d/s ' ]
    get /d/l
    [ "$(tar -xOf "$body_file" l)" = hi ]
    get /e/up
    [ "$(names)" = 'up up/broken up/f up/hard up/l up/ll up/s ' ]
    get /d/.
    [ "$(names)" = 'broken f hard l ll s ' ]
    get /v/in
    [ "$(tar -xOf "$body_file" in)" = x ]
}

@test "rename gives other names, on the way out and in" {
    furnished
    get /d "&rename=$(quote '{"d": "other"}')"
    [ "$ENGINE" != podman ] || skip "5.4 does not know it yet"
    [ "$(names)" = 'other other/broken other/f other/hard other/l other/ll other/s ' ]
    tar -tvf "$body_file" | grep -q 'other/hard link to other/f$'
    mkdir -p "$BATS_TEST_TMPDIR/one/two"
    echo text >"$BATS_TEST_TMPDIR/one/two/file"
    put /e "&rename=$(quote '{"one": "1"}')" < <(tar -C "$BATS_TEST_TMPDIR" -c one)
    [ "$status" = 200 ]
    get /e/1/two/file
    [ "$(tar -xOf "$body_file" file)" = text ]
    put /e "&rename=$(quote '{"one": "../../../../coracle-escape"}')" < <(tar -C "$BATS_TEST_TMPDIR" -c one)
    [ ! -e /coracle-escape ]
    for bad in '[]' '{"a": 1}' 'x' '{"a": ""}'; do
        [ "$ENGINE" = coracle ] || continue
        put /e "&rename=$(quote "$bad")" < <(tar -C "$BATS_TEST_TMPDIR" -c one)
        refused 400 rename
    done
}

@test "a put belongs to whom the container runs as, unless its own owners are wanted" {
    create '{"user": "1234:1235"}'
    echo text >"$BATS_TEST_TMPDIR/file"
    chown 1000:1001 "$BATS_TEST_TMPDIR/file"
    put /tmp < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    [ "$status" = 200 ]
    get /tmp/file
    [ "$(tar --numeric-owner -tvf "$body_file" | awk '{ print $2 }')" = 1234/1235 ]
    [ "$ENGINE" != podman ] || skip "5.4 does not hear a false"
    put /tmp '&copyUIDGID=false' < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    get /tmp/file
    [ "$(tar --numeric-owner -tvf "$body_file" | awk '{ print $2 }')" = 1000/1001 ]
}

@test "a place that is missing is made, one that is no directory is refused" {
    furnished
    echo text >"$BATS_TEST_TMPDIR/file"
    put /new/place < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    [ "$status" = 200 ]
    get /new/place/file
    [ "$(tar -xOf "$body_file" file)" = text ]
    put /d/f < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    refused 400 /d/f
    mkdir "$BATS_TEST_TMPDIR/f"
    put /d '&noOverwriteDirNonDir=true' < <(tar -C "$BATS_TEST_TMPDIR" -c f)
    [ "$ENGINE" != coracle ] || refused 400 'cannot overwrite'
    get /d/f
    [ "$(tar -xOf "$body_file" f)" = hi ]
}

@test "a running container's tmpfs, volumes and root are read and written" {
    only_for coracle
    start '{"mounts": [{"destination": "/t", "type": "tmpfs"}], "volumes": [{"Dest": "/v"}]}'
    echo text >"$BATS_TEST_TMPDIR/file"
    for place in /t /v /tmp /run; do
        put "$place" < <(tar -C "$BATS_TEST_TMPDIR" -c file)
        [ "$status" = 200 ]
        get "$place/file"
        [ "$(tar -xOf "$body_file" file)" = text ]
    done
}

@test "nothing is mounted any more, and the container starts and ends while its files are read" {
    only_for coracle
    create '{"volumes": [{"Dest": "/v"}]}'
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    background "$BATS_TEST_TMPDIR/out" curl -sS --unix-socket "$SOCKET" -X PUT -T "$BATS_TEST_TMPDIR/pipe" "http://e2e/v5.0.0/libpod/containers/$ctr/archive?path=/v"
    exec 7>"$BATS_TEST_TMPDIR/pipe"
    head -c 65536 /dev/zero >"$BATS_TEST_TMPDIR/first"
    tar -C "$BATS_TEST_TMPDIR" -c first >&7
    wait_until 10 grep -q "mounts/$ctr" /proc/self/mountinfo
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    api POST "/libpod/containers/$ctr/stop"
    grep -q "mounts/$ctr" /proc/self/mountinfo
    exec 7>&-
    wait_until 10 bash -c "! grep -q mounts/$ctr /proc/self/mountinfo"
    get /v/first
    [ "$status" = 200 ]
    ! grep -q "mounts/$ctr" /proc/self/mountinfo
}

@test "files of a container that is just ending are read, whichever it is" {
    create '{"command": ["true"]}'
    for _ in {1..10}; do
        api POST "/libpod/containers/$ctr/start"
        get /etc/passwd
        [ "$status" = 200 ]
        api GET "/libpod/containers/$ctr/export"
        [ "$status" = 200 ]
        tar -tf "$body_file" | grep -qx bin/busybox
        api POST "/libpod/containers/$ctr/wait?condition=exited"
    done
}
