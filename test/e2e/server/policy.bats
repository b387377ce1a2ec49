# runs alone
# Sockets with limited rights: servers of their own, with policy files of their own. That no spelling of a request gets
# round a policy is proved for every route by test/unit/api/policy/matrix.c; here it is on real sockets.

private() { # CASE
    timeout 300 unshare --mount --net --propagation private python3 "$E2E/server/policy.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "the peers have no policies"
}

@test "a socket of the policy has its mode and its group" {
    private a_socket_has_its_mode_and_group
}

@test "each preset gives what it says and refuses the rest with 403" {
    private presets_give_and_refuse
}

@test "a refusal is answered on any connection: old HTTP, in a pipeline, before a body, before an upgrade, varlink" {
    private refusals_hold_on_any_connection
}

@test "who is at the other end decides, by user and by group" {
    private who_is_there_decides
}

@test "a socket that is handed over has the policy of its name or path, or the server does not start" {
    private handed_over_sockets_have_policies
}

@test "the audit has a line for each change and each refusal, and no secret" {
    private the_audit_has_each_change
}

@test "a policy with a mistake in it keeps the server from starting" {
    private a_mistake_keeps_it_from_starting
}
