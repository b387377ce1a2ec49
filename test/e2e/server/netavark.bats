# A server of its own with the newer netavark of the Debian 13 tree.
load "$E2E/lib/e2e"

private() { # CASE
    timeout 240 unshare --mount --net --propagation private python3 "$E2E/server/netavark.py" "$BUILD" "$CORACLE_PEERS" "$1" 3>&-
}

setup() {
    only_for coracle
    need_peers
}

@test "firewall_driver says which firewall, and a reload brings back what was flushed there" {
    private nftables_is_the_firewall
}

@test "a rename reaches the newer name service, also on an inner network" {
    private a_rename_reaches_its_name_service
}

@test "options that netavark 1.4 does not know are honoured by a newer one" {
    private newer_options_are_honoured
}
