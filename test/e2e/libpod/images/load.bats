load "$E2E/lib/e2e"

@test "an archive of docker save is loaded and reported by its names" {
    python3 "$E2E/lib/archive.py" "$WORK/rootfs.tar" "$BATS_TEST_TMPDIR/archive.tar" "localhost/loaded-$BASHPID:one"
    api POST /libpod/images/load -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/archive.tar"
    [ "$status" = 200 ]
    json '.Names == [$name]' --arg name "localhost/loaded-$BASHPID:one"
    api GET "/libpod/images/localhost/loaded-$BASHPID:one/exists"
    [ "$status" = 204 ]
    api DELETE "/libpod/images/localhost/loaded-$BASHPID:one"
    [ "$status" = 200 ]
}

@test "a compressed archive, and one of the OCI, are loaded" {
    python3 "$E2E/lib/archive.py" "$WORK/rootfs.tar" "$BATS_TEST_TMPDIR/archive.tar" "localhost/packed-$BASHPID:one"
    gzip -c "$BATS_TEST_TMPDIR/archive.tar" >"$BATS_TEST_TMPDIR/archive.tar.gz"
    api POST /libpod/images/load -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/archive.tar.gz"
    [ "$status" = 200 ]
    json '.Names == [$name]' --arg name "localhost/packed-$BASHPID:one"
    skopeo copy -q "docker-archive:$IMAGE_ARCHIVE" "oci-archive:$BATS_TEST_TMPDIR/oci.tar:localhost/oci-$BASHPID:one"
    api POST /libpod/images/load -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/oci.tar"
    [ "$status" = 200 ]
    json '.Names == [$name]' --arg name "localhost/oci-$BASHPID:one"
    api DELETE "/libpod/images/localhost/packed-$BASHPID:one"
    api DELETE "/libpod/images/localhost/oci-$BASHPID:one"
}

@test "what is no archive, or ends too early, is refused and leaves nothing" {
    echo garbage | api POST /libpod/images/load -H 'Content-Type: application/x-tar' -T -
    api POST /libpod/images/load -H 'Content-Type: application/x-tar' --data-binary 'garbage'
    refused 400
    head -c 200000 "$IMAGE_ARCHIVE" >"$BATS_TEST_TMPDIR/half.tar"
    api POST /libpod/images/load -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/half.tar"
    refused 400
    api POST /libpod/images/load -H 'Content-Type: application/x-tar' --data-binary ''
    refused 400
    head -c 2000000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/layer.tar"
    python3 "$E2E/lib/archive.py" "$BATS_TEST_TMPDIR/layer.tar" "$BATS_TEST_TMPDIR/bad.tar" "localhost/bad-$BASHPID:one"
    api POST /libpod/images/load -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/bad.tar"
    refused 400 layer.tar
}
