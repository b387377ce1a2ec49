# A server of its own, in namespaces of its own, and fifty clients. The long form is `make race`, also under ThreadSanitizer.

@test "fifty clients race for a few names: one wins, no reply is a 5xx, and nothing is left" {
    [ "$ENGINE" = coracle ] || skip "it counts what our own server leaves"
    timeout 280 unshare --mount --net --propagation private python3 "$E2E/crash/race.py" --build "$BUILD" \
        --seconds "${RACE_SECONDS:-15}" 3>&-
}
