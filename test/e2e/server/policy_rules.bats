# runs alone
# What containers may be on a limited socket, and whose.

private() { # CASE
    timeout 300 unshare --mount --net --propagation private python3 "$E2E/server/policy_rules.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "the peers have no policies"
}

@test "what makes root out of a container is refused in each dialect, naming the rule" {
    private what_makes_root_is_refused
}

@test "what the rules name is allowed" {
    private what_the_rules_name_is_allowed
}

@test "an ordinary container is made, run and used on a limited socket" {
    private an_ordinary_container_is_fine
}

@test "binds stay below their directory, through dots, links and links that are swapped" {
    private binds_stay_below_their_directory
}

@test "a container that could not have been made there can only be looked at" {
    private others_can_only_be_looked_at
}

@test "volumes and networks are no way round" {
    private volumes_and_networks_are_no_way_round
}

@test "with labels, lists show what has them, and the rest is missing" {
    private lists_show_what_has_the_labels
}

@test "with labels, what is made gets them, and no name leads to what has not" {
    private what_is_made_gets_the_labels
}
