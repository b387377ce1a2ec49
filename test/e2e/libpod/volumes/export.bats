load "$E2E/lib/e2e"

volume() { # makes one: $volume and $mountpoint
    volume=x$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$volume\"}"
    mountpoint=$(field .Mountpoint)
}

@test "a volume is exported with owners, modes, links, devices, times and attributes" {
    only_for coracle # 5.4 has no such route
    volume
    mkdir -p "$mountpoint/dir/sub"
    echo hello >"$mountpoint/dir/file"
    chown 1000:1001 "$mountpoint/dir/file"
    chmod 4750 "$mountpoint/dir/file"
    touch -d @1000000000 "$mountpoint/dir/file"
    ln "$mountpoint/dir/file" "$mountpoint/other"
    ln -s /etc/passwd "$mountpoint/link"
    mkfifo "$mountpoint/fifo"
    mknod "$mountpoint/null" c 1 3
    setcap cap_net_raw+ep "$mountpoint/dir/file" 2>/dev/null || true
    long=$(printf 'l%.0s' {1..200})
    echo long >"$mountpoint/dir/$long"
    echo umlaut >"$mountpoint/dir/ä"
    chmod 711 "$mountpoint"
    api GET "/libpod/volumes/$volume/export"
    [ "$status" = 200 ]
    [ "$(header content-type)" = application/x-tar ]
    mkdir "$BATS_TEST_TMPDIR/out"
    tar -C "$BATS_TEST_TMPDIR/out" --xattrs --xattrs-include='*' -xpf "$body_file"
    diff <(cd "$mountpoint" && find . -printf '%P %y %m %U %G %s %n %l %T@\n' | sed 's/\.[0-9]*$//' | sort) \
        <(cd "$BATS_TEST_TMPDIR/out" && find . -printf '%P %y %m %U %G %s %n %l %T@\n' | sed 's/\.[0-9]*$//' | sort)
    [ "$(getcap "$mountpoint/dir/file" 2>/dev/null | sed 's/.* //')" = "$(getcap "$BATS_TEST_TMPDIR/out/dir/file" 2>/dev/null | sed 's/.* //')" ]
    [ "$(stat -c '%t %T' "$BATS_TEST_TMPDIR/out/null")" = '1 3' ]
    api DELETE "/libpod/volumes/$volume"
    [ "$status" = 204 ]
}

@test "an export follows no link that is swapped in meanwhile" {
    only_for coracle
    volume
    mkdir "$BATS_TEST_TMPDIR/outside" "$mountpoint/swap"
    echo secret >"$BATS_TEST_TMPDIR/outside/file"
    echo inside >"$mountpoint/swap/file"
    # shellcheck disable=SC2016 # the inner shell's
    background "$BATS_TEST_TMPDIR/swapper" bash -c 'cd "$0" && ln -s "$1" evil && while :; do mv -T swap keep && mv -T evil swap && mv -T swap evil && mv -T keep swap; done' \
        "$mountpoint" "$BATS_TEST_TMPDIR/outside"
    for _ in {1..20}; do
        api GET "/libpod/volumes/$volume/export" 2>/dev/null
        ! grep -aq secret "$body_file"
    done
    e2e_end_background
    api DELETE "/libpod/volumes/$volume"
}

@test "a mounted volume is exported, mounted just for that when nobody has it" {
    only_for coracle
    volume=x$RANDOM$RANDOM
    mkdir "$BATS_TEST_TMPDIR/host"
    echo there >"$BATS_TEST_TMPDIR/host/file"
    post /libpod/volumes/create "{\"Name\": \"$volume\", \"Options\": {\"type\": \"none\", \"o\": \"bind\", \"device\": \"$BATS_TEST_TMPDIR/host\"}}"
    api GET "/libpod/volumes/$volume/export"
    [ "$(tar -xOf "$body_file" file)" = there ]
    ! grep -qF "$volume" /proc/self/mountinfo
    api GET "/libpod/volumes/$volume/json"
    json '.MountCount == 0'
    api DELETE "/libpod/volumes/$volume"
    [ -e "$BATS_TEST_TMPDIR/host/file" ]
}

@test "the export of a missing volume is a 404 that names it" {
    only_for coracle
    api GET /libpod/volumes/nosuch/export
    refused 404 nosuch
}
