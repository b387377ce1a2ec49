# The remote client of Debian 13's podman 5.4.
load "$E2E/lib/e2e"
load podman

setup() {
    need_peers
    client=newer_podman_remote
}

@test "the versions of both sides are shown" {
    the_versions_of_both_sides_are_shown
}

@test "info names the store and its containers" {
    info_names_the_store_and_its_containers
}

@test "an image is pulled listed tagged and removed" {
    an_image_is_pulled_listed_tagged_and_removed
}

@test "a missing image is named" {
    a_missing_image_is_named
}

@test "run rm gives output and exit code and leaves nothing" {
    run_rm_gives_output_and_exit_code_and_leaves_nothing
}

@test "the exit codes of commands that do not start" {
    the_exit_codes_of_commands_that_do_not_start
}

@test "standard input goes through" {
    standard_input_goes_through
}

@test "a terminal works and has a size" {
    a_terminal_works_and_has_a_size
}

@test "environment mounts and memory are set" {
    environment_mounts_and_memory_are_set
}

@test "a published port answers" {
    a_published_port_answers 18082
}

@test "exec runs beside the first process" {
    exec_runs_beside_the_first_process
}

@test "logs are kept and followed" {
    logs_are_kept_and_followed
}

@test "ps shows what runs and with a what ended" {
    ps_shows_what_runs_and_with_a_what_ended
}

@test "stop kill wait and inspect agree" {
    stop_kill_wait_and_inspect_agree
}

@test "pause rename and restart" {
    pause_rename_and_restart
}

@test "rm asks for force when it runs" {
    rm_asks_for_force_when_it_runs
}

@test "attach joins and detaches" {
    attach_joins_and_detaches
}

@test "events come as they happen" {
    events_come_as_they_happen
}

@test "secrets are made shown and removed" {
    secrets_are_made_shown_and_removed
}

@test "a secret is replaced and shown with its value" {
    local name=newer-secret-$RANDOM
    printf one | "$client" secret create "$name" -
    printf two | "$client" secret create --replace "$name" -
    [ "$("$client" secret inspect --showsecret --format '{{.SecretData}}' "$name")" = two ]
    "$client" secret exists "$name"
    "$client" secret rm "$name"
    run "$client" secret exists "$name"
    [ "$status" -eq 1 ]
}

@test "secrets are files and variables of containers" {
    secrets_are_files_and_variables_of_containers
}

@test "df and prune add up" {
    df_and_prune_add_up
}

@test "files are copied in and out" {
    files_are_copied_in_and_out
}

@test "volumes are made used shown and removed" {
    volumes_are_made_used_shown_and_removed
}

@test "a health check runs and stats show what it uses" {
    a_health_check_runs_and_stats_show_what_it_uses
}

@test "init sets a container up and start lets it run" {
    init_sets_a_container_up_and_start_lets_it_run
}

@test "update changes limits" {
    update_changes_limits
}

@test "update changes the health check and the restart policy" {
    fresh_name
    "$client" run -d --name "$name" --network none "$IMAGE" sleep infinity
    "$client" update --restart on-failure:4 --health-cmd 'test -d /tmp' --health-interval 1h --health-retries 2 "$name"
    [ "$("$client" inspect --format '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' "$name")" = 'on-failure 4' ]
    [ "$("$client" inspect --format '{{index .Config.Healthcheck.Test 1}} {{.Config.Healthcheck.Retries}}' "$name")" = 'test -d /tmp 2' ]
    "$client" healthcheck run "$name"
    "$client" update --no-healthcheck "$name"
    run ! "$client" healthcheck run "$name"
}
