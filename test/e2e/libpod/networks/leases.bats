# runs alone: takes all of the machine
load "$E2E/lib/e2e"
load "$E2E/lib/networks"

lease_one() { # NETWORK NUMBER: prints the address
    local name=lease-$1-$2
    curl -s --unix-socket "$SOCKET" -H 'Content-Type: application/json' -o /dev/null -d '{"image": "'"$IMAGE"'", "name": "'"$name"'",
        "command": ["sleep", "infinity"], "stop_timeout": 0, "netns": {"nsmode": "bridge"}, "Networks": {"'"$1"'": {}}}' \
        http://e2e/libpod/containers/create
    curl -s --unix-socket "$SOCKET" -X POST "http://e2e/libpod/containers/$name/start"
    curl -s --unix-socket "$SOCKET" "http://e2e/libpod/containers/$name/json" | jq -r '.NetworkSettings.Networks[].IPAddress'
}

@test "200 containers on one network, started eight at a time, get 200 addresses, and give them all back" {
    only_for coracle # the peers take minutes
    network '{"subnets": [{"subnet": "10.74.0.0/24"}], "dns_enabled": false}'
    for i in $(seq 200); do
        forget_later "lease-$net-$i"
    done
    export -f lease_one
    seq 200 | xargs -P 8 -I '{}' bash -c 'lease_one "$0" "$1"' "$net" '{}' >"$BATS_TEST_TMPDIR/addresses"
    [ "$(grep -c '^10\.74\.0\.' "$BATS_TEST_TMPDIR/addresses")" = 200 ]
    [ "$(sort -u "$BATS_TEST_TMPDIR/addresses" | wc -l)" = 200 ]
    seq 200 | xargs -P 8 -I '{}' curl -s -o /dev/null --unix-socket "$SOCKET" -X DELETE \
        "http://e2e/libpod/containers/lease-$net-{}?force=true&timeout=0"
    none_left() {
        [ "$(python3 -c 'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute(
            "SELECT count(*) FROM leases WHERE network = ?", [sys.argv[2]]).fetchone()[0])' "$WORK/root/coracle/state.db" "$net")" = 0 ]
    }
    wait_until 120 none_left # the exit handlers take the networks down, one after the other
}
