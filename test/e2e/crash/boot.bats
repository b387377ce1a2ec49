# Servers of their own, in namespaces of their own: what a boot leaves, and ends that nobody recorded.

private() { # CASE
    timeout 280 unshare --mount --net --propagation private python3 "$E2E/crash/boot.py" --build "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it is our own database's boot"
}

@test "after a boot what ran is exited and everything can be used" {
    private what_ran_is_exited
}

@test "what was initialized outlives the server and not the boot" {
    private what_was_initialized_is_as_made
}

@test "after a boot addresses and ports are free again, for others and for those who had them" {
    private addresses_and_ports_are_free_again
}

@test "after a boot restart policies start what they should" {
    private restart_policies_count
}

@test "after a boot containers with links come up in any order" {
    private links_do_not_wait_for_each_other
}

@test "after a boot the first client is enough for restart policies" {
    private the_first_client_is_enough
}

@test "a runroot that outlives the boot is cleaned" {
    private a_runroot_that_outlives_the_boot_is_cleaned
}

@test "an end that nobody recorded is found by the next server" {
    private an_end_nobody_recorded_is_found
}

@test "an end that nobody recorded is seen by the next look" {
    private a_look_sees_the_end_of_one_without_conmon
}

@test "a wait sees the end of a container whose conmon was killed" {
    private a_wait_sees_the_end_of_one_without_conmon
}
