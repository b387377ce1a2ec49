load "$E2E/lib/e2e"

stat_header() { # FILTER: of what the header says
    header x-docker-container-path-stat | base64 -d | jq -e "$1"
}

head_of() { # PATH
    api HEAD "/containers/$ctr/archive?path=$(quote "$1")"
}

get() { # PATH
    api GET "/containers/$ctr/archive?path=$(quote "$1")"
}

put() { # PATH [QUERY] <tar
    cat >"$BATS_TEST_TMPDIR/put.tar"
    api PUT "/containers/$ctr/archive?path=$(quote "$1")${2-}" -H 'Content-Type: application/x-tar' --data-binary "@$BATS_TEST_TMPDIR/put.tar"
}

names() { # of the archive that came
    tar -tf "$body_file" 2>/dev/null
}

# A container with a bit of everything; it runs unless a document says otherwise.
tree='mkdir -p /d/s /e && echo hi >/d/f && ln -s f /d/l && ln -s /nosuch /d/broken && ln -s ../d /e/up && ln -s l /d/ll &&
    mkdir -m 1777 /sticky && cp /bin/true /suid && chmod 4755 /suid && mkfifo /fifo && ln /d/f /d/hard && echo x >/v/in && echo x >/t/in'
furnished() {
    docker_start "$(jq -cn --arg tree "$tree && touch /ready && exec sleep infinity" --arg bind "$BATS_TEST_TMPDIR:/b:ro" \
        '{Cmd: ["sh", "-c", $tree], Volumes: {"/v": {}}, HostConfig: {Tmpfs: {"/t": ""}, Binds: [$bind]}}')"
    wait_until 10 is_ready
}
is_ready() {
    head_of /ready
    [ "$status" = 200 ]
}

@test "the header tells name, size, mode, time and where a link leads" {
    furnished
    head_of /d
    [ "$status" = 200 ]
    stat_header '.name == "d" and .mode == 2147484141 and .linkTarget == "" and (keys | length) == 5'
    head_of /d/f
    stat_header '.name == "f" and .size == 3 and .mode == 420 and (.mtime | test("^20..-..-..T..:..:.."))'
    head_of /d/l
    stat_header '.name == "l" and .size == 1 and .mode == 134218239 and .linkTarget == "/d/f"'
    head_of /d/ll
    stat_header '.name == "ll" and .linkTarget == "/d/f"'
    head_of /d/broken
    stat_header '.linkTarget == "/nosuch"'
    head_of /e/up
    stat_header '.mode == 134218239 and .linkTarget == "/d"'
    head_of /e/up/
    stat_header '.name == "up" and .mode == 2147484141 and .linkTarget == ""'
    head_of /e/up/f
    stat_header '.name == "f" and .size == 3'
    head_of /sticky
    stat_header '.mode == 2148532735'
    head_of /suid
    stat_header '.mode == 8389101'
    head_of /fifo
    stat_header '.mode == 33554852'
    head_of /d/.
    stat_header '.name == "."'
    head_of /
    stat_header '.name == "/"'
    head_of d/f
    stat_header '.size == 3'
    head_of /../../d/f
    stat_header '.size == 3'
}

@test "what is not there is a 404 that names it, a path that cannot be a 400" {
    furnished
    get /nosuch
    [ "$status" = 404 ]
    json '.message | contains("Could not find the file /nosuch in container")'
    head_of /d/broken/
    [ "$status" = 404 ]
    get /d/f/
    refused 400 /d/f
    get /d/f/x
    refused 400 /d/f/x
    get ''
    refused 400 path
    api GET "/containers/$ctr/archive"
    refused 400 path
    api HEAD '/containers/nosuch/archive?path=/'
    [ "$status" = 404 ]
    api PUT '/containers/nosuch/archive?path=/'
    refused 404 nosuch
}

@test "a directory comes under its own name, with a dot only what is in it, links as links" {
    furnished
    for path in /d /d/; do
        get "$path"
        [ "$status" = 200 ]
        [ "$(header content-type)" = application/x-tar ]
        [ "$(names | tr '\n' ' ')" = 'd/ d/broken d/f d/hard d/l d/ll d/s/ ' ]
        tar -tvf "$body_file" | grep -q '^h.* d/hard link to d/f$'
    done
    get /d/.
    [ "$(names | tr '\n' ' ')" = './ ./broken ./f ./hard ./l ./ll ./s/ ' ]
    get /e/up/
    names | grep -qx up/f
    get /e/up
    [ "$(tar -tvf "$body_file" | sed 's/.* up/up/')" = 'up -> ../d' ]
    get /d/f
    [ "$(tar -xOf "$body_file" f)" = hi ]
    get /fifo
    tar -tvf "$body_file" | grep -q '^p.* fifo$'
    get /v
    [ "$(tar -xOf "$body_file" v/in)" = x ]
    get /
    [ "$(names | head -1)" = / ]
    names | grep -qx /d/f
    names | grep -qx /v/in
    ! names | grep -q '^/proc/.'
    ! names | grep -q '^/dev/null'
}

@test "tmpfs of a running container is reached too" {
    only_for coracle # dockerd shows the directory below it
    furnished
    get /t/in
    [ "$(tar -xOf "$body_file" in)" = x ]
    put /t < <(tar -C /etc -c hostname)
    [ "$status" = 200 ]
    get /t/hostname
    [ "$status" = 200 ]
}

@test "of a stopped container too, with its volumes and binds" {
    echo outside >"$BATS_TEST_TMPDIR/file"
    furnished
    api POST "/containers/$ctr/stop?t=0"
    get /d/f
    [ "$(tar -xOf "$body_file" f)" = hi ]
    get /v/in
    [ "$(tar -xOf "$body_file" in)" = x ]
    get /b/file
    [ "$(tar -xOf "$body_file" file)" = outside ]
    head_of /t/in
    [ "$status" = 404 ]
    get /etc/hosts
    tar -xOf "$body_file" hosts | grep -q localhost
    echo put >"$BATS_TEST_TMPDIR/new"
    put /v < <(tar -C "$BATS_TEST_TMPDIR" -c new)
    put /d < <(tar -C "$BATS_TEST_TMPDIR" -c new)
    api POST "/containers/$ctr/start"
    get /v/new
    [ "$(tar -xOf "$body_file" new)" = put ]
    get /d/new
    [ "$(tar -xOf "$body_file" new)" = put ]
}

@test "a container that never ran has the files that every container has" {
    docker_create '{"Volumes": {"/v": {}}}'
    for path in /etc/hosts /etc/hostname /etc/resolv.conf /v /proc; do
        head_of "$path"
        [ "$status" = 200 ]
    done
    echo early >"$BATS_TEST_TMPDIR/file"
    put /v < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    [ "$status" = 200 ]
    api POST "/containers/$ctr/start"
    [ "$status" = 204 ]
    get /v/file
    [ "$(tar -xOf "$body_file" file)" = early ]
}

@test "a put keeps owners, modes and times, or gives all to the container's user" {
    docker_start '{"User": "1234:1235"}'
    mkdir -p "$BATS_TEST_TMPDIR/x/dir"
    echo one >"$BATS_TEST_TMPDIR/x/dir/one"
    echo two >"$BATS_TEST_TMPDIR/x/two"
    chown 1000:1001 "$BATS_TEST_TMPDIR/x/two"
    chmod 640 "$BATS_TEST_TMPDIR/x/two"
    touch -d @1000000000 "$BATS_TEST_TMPDIR/x/two"
    chmod 700 "$BATS_TEST_TMPDIR/x"
    put /tmp < <(tar -C "$BATS_TEST_TMPDIR/x" -c .)
    [ "$status" = 200 ]
    get /tmp/.
    [ "$(tar --numeric-owner -tvf "$body_file" ./two | awk '{ print $1, $2, $4 }')" = '-rw-r----- 1000/1001 2001-09-09' ]
    [ "$(tar -xOf "$body_file" ./dir/one)" = one ]
    head_of /tmp # the archive's own root changes nothing
    [ "$(stat_header '.mode % 512')" != 448 ]
    put /tmp '&copyUIDGID=1' < <(tar -C "$BATS_TEST_TMPDIR/x" -c .)
    [ "$ENGINE" != dockerd ] || [ "$status" = 200 ] || skip "this dockerd wants getent in its tree"
    get /tmp/two
    [ "$(tar --numeric-owner -tvf "$body_file" | awk '{ print $2 }')" = 1234/1235 ]
}

@test "a put takes every compression" {
    docker_start
    echo text >"$BATS_TEST_TMPDIR/file"
    for form in --no-auto-compress --gzip --bzip2 --xz --zstd; do
        [ "$form" != --xz ] || [ "$ENGINE" = coracle ] || continue # the peers' machine has no xz
        rm -f "$BATS_TEST_TMPDIR/back"
        put /tmp < <(tar -C "$BATS_TEST_TMPDIR" "$form" --transform "s/file/file$form/" -c file)
        [ "$status" = 200 ]
        get "/tmp/file$form"
        [ "$(tar -xO <"$body_file")" = text ]
    done
}

@test "a put follows links inside the container, and stays inside" {
    furnished
    echo text >"$BATS_TEST_TMPDIR/file"
    put /e/up < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    [ "$status" = 200 ]
    get /d/file
    [ "$(tar -xOf "$body_file" file)" = text ]
    put /d/f < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    [ "$status" = 400 ] || [ "$ENGINE" != coracle ]
    json '.message | contains("extraction point is not a directory")'
    put /nosuch < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    refused 404 /nosuch
    put '' < <(tar -C "$BATS_TEST_TMPDIR" -c file)
    refused 400 path
}

@test "a put to what is read-only is refused before anything is read" {
    furnished
    put /b < <(tar -C /etc -c hostname)
    refused 403 'mounted volume is marked read-only'
    [ ! -e "$BATS_TEST_TMPDIR/hostname" ]
    docker_start '{"HostConfig": {"ReadonlyRootfs": true}}'
    put /tmp < <(tar -C /etc -c hostname)
    refused 403 'container rootfs is marked read-only'
    api POST "/containers/$ctr/stop?t=0"
    put /tmp < <(tar -C /etc -c hostname)
    refused 403 'container rootfs is marked read-only'
}

@test "a directory is not replaced by a file when that is not wanted, nor the reverse" {
    furnished
    mkdir "$BATS_TEST_TMPDIR/x"
    echo file >"$BATS_TEST_TMPDIR/x/s"
    mkdir "$BATS_TEST_TMPDIR/x/f"
    put /d '&noOverwriteDirNonDir=1' < <(tar -C "$BATS_TEST_TMPDIR/x" -c s)
    [ "$ENGINE" != coracle ] || refused 400 'cannot overwrite directory'
    put /d '&noOverwriteDirNonDir=true' < <(tar -C "$BATS_TEST_TMPDIR/x" -c f)
    [ "$ENGINE" != coracle ] || refused 400 'cannot overwrite non-directory'
    get /d
    names | grep -qx d/s/
    names | grep -qx d/f
    put /d < <(tar -C "$BATS_TEST_TMPDIR/x" -c s)
    [ "$status" = 200 ]
    get /d
    names | grep -qx d/s
}

@test "an archive that climbs out, points out or is none is refused or stays inside" {
    only_for coracle # peers answer 200 to some of these
    furnished
    python3 - "$BATS_TEST_TMPDIR" <<'P'
import io, sys, tarfile
def make(name, *members):
    with tarfile.open(f"{sys.argv[1]}/{name}.tar", "w") as archive:
        for path, kind, target, data in members:
            member = tarfile.TarInfo(path)
            member.type, member.linkname, member.size = kind, target, len(data)
            archive.addfile(member, io.BytesIO(data))
make("dots", ("../../../../coracle-escape", tarfile.REGTYPE, "", b"x"))
make("link", ("out", tarfile.SYMTYPE, "/coracle-outside", b""), ("out/file", tarfile.REGTYPE, "", b"through"))
make("hard", ("h", tarfile.LNKTYPE, "../../../../../etc/shadow", b""))
P
    put /d <"$BATS_TEST_TMPDIR/dots.tar"
    [ ! -e /coracle-escape ]
    refused 400 coracle-escape
    api POST "/containers/$ctr/exec" -H 'Content-Type: application/json' --data '{"Cmd": ["mkdir", "/coracle-outside"], "AttachStdout": true}'
    api POST "/exec/$(field .Id)/start" -H 'Content-Type: application/json' --data '{}'
    put /d <"$BATS_TEST_TMPDIR/link.tar"
    [ "$status" = 200 ]
    [ ! -e /coracle-outside ]
    get /coracle-outside/file
    [ "$(tar -xOf "$body_file" file)" = through ]
    put /d <"$BATS_TEST_TMPDIR/hard.tar"
    refused 400
    put /d < <(echo garbage)
    refused 400 archive
    put /d </dev/null
    [ "$status" = 200 ]
    put /d < <(head -c 700 "$BATS_TEST_TMPDIR/link.tar")
    refused 400
}

@test "links out of the container lead nowhere but into it" {
    docker_start '{"Cmd": ["sh", "-c", "ln -s /proc/1/root/etc/passwd /a && ln -s ../../../../../../etc/passwd /b2 && ln -s /proc/self/root /c && touch /ready && exec sleep infinity"]}'
    wait_until 10 is_ready
    get /c/etc/passwd
    [ "$status" != 200 ] || [ "$ENGINE" != coracle ]
    get /a
    [ "$ENGINE" != coracle ] || tar -tvf "$body_file" | grep -qF 'a -> /proc/1/root/etc/passwd'
    api GET "/libpod/containers/$ctr/archive?path=/a"
    [ "$status" != 200 ] || [ "$ENGINE" != coracle ]
    get /b2
    tar -tvf "$body_file" | grep -qF 'b2 -> ../../../../../../etc/passwd'
    put /c/etc < <(tar -C /etc -c hostname)
    [ "$status" = 400 ] || [ "$status" = 404 ] || [ "$ENGINE" != coracle ]
}
