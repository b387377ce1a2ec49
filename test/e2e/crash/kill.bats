# A server of its own, in namespaces of its own, killed again and again. The full run is `make crash`.

@test "SIGKILL at random moments leaves nothing behind and nothing broken" {
    [ "$ENGINE" = coracle ] || skip "it kills our own server"
    timeout 280 unshare --mount --net --propagation private python3 "$E2E/crash/kill.py" --build "$BUILD" \
        --rounds "${CRASH_ROUNDS:-24}" --seconds 120 --verbose 3>&-
}
