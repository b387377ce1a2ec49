# runs alone
load "$E2E/lib/e2e"
load client

@test "network prune removes what no container uses and prints it" {
    network
    coracle network prune | grep -x "$net"
    run -1 coracle network exists "$net"
    [ -z "$(coracle network prune)" ]
}
