# Two servers and podman in namespaces of their own, for a while. The long form is `make churn`.

@test "two servers and podman make and remove at once, and leave nothing behind" {
    [ "$ENGINE" = coracle ] || skip "it is our own server and the machine's podman"
    timeout 280 unshare --mount --net --propagation private python3 "$E2E/crash/churn.py" --build "$BUILD" --seconds 20 3>&-
}
