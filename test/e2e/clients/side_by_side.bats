# runs alone: another engine has its own rules and bridges in the same network namespace
load "$E2E/lib/e2e"
load "$E2E/lib/networks"

other_engine() {
    /usr/bin/podman --storage-driver vfs --root "$WORK/podman/root" --runroot "$WORK/podman/runroot" --cgroup-manager cgroupfs \
        --events-backend file "$@"
}

teardown() {
    other_engine rm -f -t 0 theirs >/dev/null 2>&1 || true
    umount /run/netns 2>/dev/null || true # podman's mount stays as long as the machine is up
    e2e_end_background
}

reach_from() { # CONTAINER ADDRESS PORT
    # shellcheck disable=SC2016 # the container's shell
    inside "$1" sh -c '{ printf "GET /passwd HTTP/1.0\r\n\r\n"; sleep 1; } | nc -w 3 "$0" "$1"' "$2" "$3" | grep -q root:
}

@test "a container of ours and one of podman reach each other's published port, and leave nothing of each other's behind" {
    only_for coracle
    [ -x /usr/bin/podman ] || skip "no podman"
    other_engine load -q -i "$IMAGE_ARCHIVE"
    other_engine run -d --name theirs -p 18762:80 "$IMAGE" httpd -f -p 80 -h /etc
    network
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}, "command": ["httpd", "-f", "-p", "80", "-h", "/etc"],
        "portmappings": [{"container_port": 80, "host_port": 18761}]}'
    wait_until 10 curl -sf -o /dev/null --max-time 2 http://127.0.0.1:18761/passwd
    wait_until 10 curl -sf -o /dev/null --max-time 2 http://127.0.0.1:18762/passwd
    ours=$(other_engine exec theirs ip route | awk '/^default/ { print $3 }') # the host, as each of them sees it
    theirs=$(inside "$ctr" ip route | awk '/^default/ { print $3 }')
    reach_from "$ctr" "$theirs" 18762
    other_engine exec theirs sh -c '{ printf "GET /passwd HTTP/1.0\r\n\r\n"; sleep 1; } | nc -w 3 "$0" "$1"' "$ours" 18761 | grep -q root:
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    curl -sf -o /dev/null --max-time 2 http://127.0.0.1:18762/passwd
}
