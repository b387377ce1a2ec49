# coracle cp, diff, export and commit
load "$E2E/lib/e2e"
load client

furnished() { # $name runs
    begin "$IMAGE" sh -c 'mkdir -p /d/s; echo hi >/d/f; ln -s f /d/l; ln -s /d /up; chmod 640 /d/f; rm /etc/group; touch /ready; exec sleep 1000'
    wait_until 10 coracle exec "$name" test -e /ready
    here=$BATS_TEST_TMPDIR/here
    mkdir -p "$here"
}

@test "files and directories are copied out" {
    furnished
    coracle cp "$name:/d/f" "$here"
    [ "$(cat "$here/f")" = hi ]
    [ "$(stat -c %a "$here/f")" = 640 ]
    coracle cp "$name:/d/f" "$here/named"
    [ "$(cat "$here/named")" = hi ]
    echo old >"$here/over"
    coracle cp "$name:/d/f" "$here/over"
    [ "$(cat "$here/over")" = hi ]
    coracle cp "$name:/d" "$here/"
    [ "$(cat "$here/d/f")" = hi ]
    [ -L "$here/d/l" ]
    coracle cp "$name:/up" "$here/new"
    [ "$(cat "$here/new/f")" = hi ]
    mkdir "$here/flat"
    coracle cp "$name:/d/." "$here/flat"
    [ "$(cat "$here/flat/f")" = hi ]
    coracle cp "$name:/d/l" "$here/followed"
    [ "$(cat "$here/followed")" = hi ]
    [ "$(coracle cp "$name:/d/f" - | tar -xO)" = hi ]
    fails 125 "$name:/nosuch is not there" coracle cp "$name:/nosuch" "$here"
    fails 125 'cannot copy a directory over the file' coracle cp "$name:/d" "$here/f"
    fails 125 'is not there' coracle cp "$name:/d/f" "$here/none/x"
    fails 125 'CONTAINER:PATH' coracle cp "$here" "$here"
}

@test "files and directories are copied in" {
    furnished
    mkdir -p "$here/x/s"
    echo new >"$here/x/n"
    chown 1234:1235 "$here/x/n"
    coracle cp "$here/x/n" "$name:/tmp"
    coracle cp "$here/x/n" "$name:/tmp/named"
    coracle cp "$here/x" "$name:/tmp"
    coracle cp "$here/x" "$name:/tmp/other"
    coracle cp "$here/x/." "$name:/d/s"
    coracle cp "$here/x/n" "$name:/up"
    coracle cp "$here/x/n" "$name:/d/f"
    tar -C "$here" -c x | coracle cp - "$name:/d/s"
    for file in /tmp/n /tmp/named /tmp/x/n /tmp/other/n /d/s/n /d/n /d/f /d/s/x/n; do
        [ "$(coracle exec "$name" cat $file)" = new ]
    done
    [ "$(coracle exec "$name" stat -c %u:%g /tmp/n)" = 0:0 ]
    coracle cp -a "$here/x/n" "$name:/tmp"
    [ "$(coracle exec "$name" stat -c %u:%g /tmp/n)" = 1234:1235 ]
    fails 125 'is not there' coracle cp "$here/x/n" "$name:/nosuch/place/x"
    fails 125 'cannot copy a directory over the file' coracle cp "$here/x" "$name:/d/f"
    fails 125 'is no directory' coracle cp - "$name:/d/f" </dev/null
}

@test "what differs is shown, the root exported" {
    furnished
    [ "$(coracle diff "$name" | tr '\n' ' ')" = 'A /d A /d/f A /d/l A /d/s C /etc D /etc/group A /ready A /up ' ]
    coracle export -o "$here/root.tar" "$name"
    [ "$(tar -xOf "$here/root.tar" d/f)" = hi ]
    [ "$(coracle export "$name" | tar -xO d/f)" = hi ]
    fails 125 nosuch coracle diff nosuch
    fails 125 nosuch coracle export nosuch
}

@test "an image is made of a container" {
    furnished
    made=$(coracle commit -a me -m why -f docker -c 'CMD cat /d/f' -c 'ENV A=b' "$name" "localhost/coracle-commit-$RANDOM:one")
    [[ $made =~ ^[0-9a-f]{64}$ ]]
    fresh_name
    [ "$(coracle run --rm --name "$name" --network none "$made")" = hi ]
    coracle inspect --format '{{.Author}} {{.Comment}}' "$made" | grep -qx 'me why'
    fails 125 FOO coracle commit -c 'FOO x' "$ctr"
    fails 125 nosuch coracle commit nosuch
    api DELETE "/images/$made?force=true"
}
