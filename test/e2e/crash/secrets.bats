# Servers of their own, killed in the middle of changes of secrets.

private() { # CASE
    timeout 120 unshare --mount --net --propagation private python3 "$E2E/crash/secrets.py" "$BUILD" "$1" 3>&-
}

setup() {
    [ "$ENGINE" = coracle ] || skip "it kills our own server"
}

@test "a kill while a secret is made leaves no value that nobody names" {
    private a_value_without_a_secret_goes
}

@test "a kill while a secret is replaced leaves the old one whole" {
    private a_replaced_one_stays_whole
}

@test "a kill once a secret is replaced leaves the new one alone" {
    private a_value_that_was_replaced_goes
}

@test "a kill while a secret is removed is no reprieve" {
    private a_removal_is_finished
}

@test "no child, log, event or inspection has a value" {
    private no_child_log_or_event_has_it
}
