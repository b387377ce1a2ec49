load "$E2E/lib/e2e"

volume() { # makes one: $volume and $mountpoint
    volume=x$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$volume\"}"
    mountpoint=$(field .Mountpoint)
}

import() { # FILE
    api POST "/libpod/volumes/$volume/import" -H 'Content-Type: application/x-tar' --data-binary "@$1"
}

@test "an archive is put over what is there, plain or compressed" {
    only_for coracle # 5.4 has no such route
    mkdir "$BATS_TEST_TMPDIR/in"
    echo new >"$BATS_TEST_TMPDIR/in/file"
    chown 1000:1001 "$BATS_TEST_TMPDIR/in/file"
    tar -C "$BATS_TEST_TMPDIR/in" -cf "$BATS_TEST_TMPDIR/plain.tar" .
    gzip -k "$BATS_TEST_TMPDIR/plain.tar"
    zstd -q "$BATS_TEST_TMPDIR/plain.tar"
    python3 -c 'import bz2, lzma, sys
data = open(sys.argv[1], "rb").read()
open(sys.argv[1] + ".bz2", "wb").write(bz2.compress(data))
open(sys.argv[1] + ".xz", "wb").write(lzma.compress(data))' "$BATS_TEST_TMPDIR/plain.tar"
    for archive in plain.tar plain.tar.{gz,zst,bz2,xz}; do
        volume
        echo stays >"$mountpoint/old"
        echo replaced >"$mountpoint/file"
        import "$BATS_TEST_TMPDIR/$archive"
        [ "$status" = 204 ]
        [ "$(cat "$mountpoint/file" "$mountpoint/old")" = "$(printf 'new\nstays')" ]
        [ "$(stat -c '%u %g' "$mountpoint/file")" = '1000 1001' ]
        api DELETE "/libpod/volumes/$volume"
    done
}

@test "what was exported is imported as it was" {
    only_for coracle
    volume
    mkdir "$mountpoint/d"
    echo hello >"$mountpoint/d/f"
    ln "$mountpoint/d/f" "$mountpoint/g"
    chmod 700 "$mountpoint"
    first=$mountpoint
    api GET "/libpod/volumes/$volume/export"
    cp "$body_file" "$BATS_TEST_TMPDIR/exported.tar"
    volume
    import "$BATS_TEST_TMPDIR/exported.tar"
    [ "$status" = 204 ]
    diff <(cd "$first" && find . -printf '%P %y %m %U %G %s %n\n' | sort) <(cd "$mountpoint" && find . -printf '%P %y %m %U %G %s %n\n' | sort)
}

@test "an archive that wants out of the volume stays in it or is refused" {
    only_for coracle
    outside=$BATS_TEST_TMPDIR/outside
    mkdir "$outside"
    python3 - "$BATS_TEST_TMPDIR" "$outside" <<'EOT'
import io, sys, tarfile
folder, outside = sys.argv[1:]
def archive(name, members):
    with tarfile.open(f"{folder}/{name}.tar", "w") as tar:
        for path, kind, link in members:
            member = tarfile.TarInfo(path)
            member.type, member.linkname, member.size = kind, link, 4 if kind == tarfile.REGTYPE else 0
            tar.addfile(member, io.BytesIO(b"evil") if member.size else None)
archive("dotdot", [("../../evil", tarfile.REGTYPE, "")])
archive("absolute", [(f"{outside}/evil", tarfile.REGTYPE, "")])
archive("symlink", [("out", tarfile.SYMTYPE, outside), ("out/evil", tarfile.REGTYPE, "")])
archive("hardlink", [("hard", tarfile.LNKTYPE, "/etc/passwd"), ("hard", tarfile.REGTYPE, "")])
archive("chain", [("a", tarfile.SYMTYPE, ".."), ("a/b", tarfile.SYMTYPE, ".."), ("a/b/evil", tarfile.REGTYPE, "")])
EOT
    before=$(sha256sum /etc/passwd)
    for name in dotdot absolute symlink hardlink chain; do
        volume
        import "$BATS_TEST_TMPDIR/$name.tar"
        [ "$status" = 204 ] || [ "$status" = 400 ]
        [ -z "$(ls -A "$outside")" ]
        [ ! -e "$mountpoint/../evil" ] && [ ! -e "$mountpoint/../../evil" ]
        [ "$(sha256sum /etc/passwd)" = "$before" ]
        api DELETE "/libpod/volumes/$volume"
        [ "$status" = 204 ]
    done
}

@test "what is no archive, or a broken one, is refused" {
    only_for coracle
    volume
    echo 'this is no archive at all' >"$BATS_TEST_TMPDIR/text"
    import "$BATS_TEST_TMPDIR/text"
    refused 400 "$volume"
    head -c 100000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
    tar -C "$BATS_TEST_TMPDIR" -cf "$BATS_TEST_TMPDIR/whole.tar" in
    gzip -k "$BATS_TEST_TMPDIR/whole.tar"
    for archive in whole.tar whole.tar.gz; do
        head -c 60000 "$BATS_TEST_TMPDIR/$archive" >"$BATS_TEST_TMPDIR/half"
        import "$BATS_TEST_TMPDIR/half"
        refused 400 "$volume"
    done
    api DELETE "/libpod/volumes/$volume"
    [ "$status" = 204 ]
}

@test "the import into a missing volume is a 404 that names it" {
    only_for coracle
    api POST /libpod/volumes/nosuch/import --data-binary x
    refused 404 nosuch
}
