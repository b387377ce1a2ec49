# What podman's remote client has to be able to do, whichever its version: $client is its function in lib/clients.bash.
# Loaded by podman-4.bats and podman-5.bats.

the_versions_of_both_sides_are_shown() {
    run "$client" version --format '{{.Client.Version}} {{.Server.APIVersion}}'
    [ "$status" -eq 0 ]
    [[ $output =~ ^[45]\.[0-9.]+\ [0-9.]+$ ]]
}

info_names_the_store_and_its_containers() {
    "$client" info --format json >"$BATS_TEST_TMPDIR/info"
    jq -e '.store.graphDriverName == "overlay" and .host.os == "linux" and .host.serviceIsRemote' "$BATS_TEST_TMPDIR/info"
    jq -e '.store.imageStore.number >= 1 and .host.cpus >= 1 and .host.memTotal > 0' "$BATS_TEST_TMPDIR/info"
}

an_image_is_pulled_listed_tagged_and_removed() {
    registry
    run "$client" pull -q "$REGISTRY/busybox:latest"
    [ "$status" -eq 0 ]
    [[ $output =~ ^(sha256:)?[0-9a-f]{64}$ ]]
    local image=${output#sha256:} tag=localhost/podman-$client-tag:one
    [ "$("$client" image inspect --format '{{.Id}}' "$REGISTRY/busybox:latest")" = "$image" ]
    "$client" tag "$REGISTRY/busybox:latest" "$tag"
    "$client" images --format '{{.Repository}}:{{.Tag}}' | grep -qx "$tag"
    "$client" image exists "$tag"
    "$client" history -q "$tag" | grep -q "${image:0:12}"
    "$client" untag "$tag" "$tag" # without a name all would go
    run ! "$client" image exists "$tag"
    "$client" tag "$REGISTRY/busybox:latest" "$tag"
    run "$client" rmi "$tag"
    [ "$status" -eq 0 ]
    [[ $output == *"Untagged: $tag"* ]]
}

a_missing_image_is_named() {
    run "$client" run --rm --pull=never localhost/nosuch:tag true
    [ "$status" -eq 125 ]
    [[ $output == *localhost/nosuch:tag* ]]
    run "$client" image inspect localhost/nosuch:tag
    [ "$status" -eq 125 ]
    [[ $output == *localhost/nosuch:tag* ]]
}

run_rm_gives_output_and_exit_code_and_leaves_nothing() {
    fresh_name
    run --separate-stderr "$client" run --rm --name "$name" --network none "$IMAGE" sh -c 'echo out; echo err >&2; exit 7'
    [ "$status" -eq 7 ]
    [ "$output" = out ]
    [ "$stderr" = err ]
    run "$client" container exists "$name"
    [ "$status" -eq 1 ]
}

the_exit_codes_of_commands_that_do_not_start() {
    run -127 "$client" run --rm --network none "$IMAGE" /nosuch
    run -126 "$client" run --rm --network none "$IMAGE" /etc
}

standard_input_goes_through() {
    run bash -c '. "$E2E/lib/clients.bash"; printf "one\ntwo\n" | '"$client"' run --rm -i --network none "$IMAGE" cat'
    [ "$status" -eq 0 ]
    [ "$output" = $'one\ntwo' ]
}

a_terminal_works_and_has_a_size() {
    run on_terminal 'size 33 101' 'expect # ' 'send stty size; exit 4\r' 'expect 33 101' -- \
        "$client" run --rm -it --network none "$IMAGE" sh
    [ "$status" -eq 4 ]
}

environment_mounts_and_memory_are_set() {
    fresh_name
    mkdir -p "$WORK/mounted"
    echo from-the-host >"$WORK/mounted/file"
    run "$client" run --rm --name "$name" --network none -e GREETING=hello -v "$WORK/mounted:/mnt:ro" --memory 64m "$IMAGE" \
        sh -c 'echo $GREETING; cat /mnt/file; echo x >/mnt/file; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max'
    [[ $output == *hello* ]]
    [[ $output == *from-the-host* ]]
    [[ $output == *"Read-only file system"* ]]
    [[ $output == *67108864* ]]
    [ "$(cat "$WORK/mounted/file")" = from-the-host ]
}

a_published_port_answers() {
    local port=$1
    fresh_name
    "$client" run -d --name "$name" -p "127.0.0.1:$port:80" "$IMAGE" \
        sh -c 'mkdir /www && echo served >/www/index.html && exec httpd -f -p 80 -h /www'
    wait_until 60 curl -sSf "http://127.0.0.1:$port/"
    [ "$(curl -s "http://127.0.0.1:$port/")" = served ]
    "$client" ps --filter "name=$name" --format '{{.Ports}}' | grep -qF "127.0.0.1:$port->80/tcp"
    "$client" port "$name" | grep -qF "127.0.0.1:$port"
}

exec_runs_beside_the_first_process() {
    fresh_name
    "$client" run -d --name "$name" --network none "$IMAGE" sleep 1000
    run --separate-stderr "$client" exec -e WHO=me "$name" sh -c 'echo $WHO; echo err >&2; exit 9'
    [ "$status" -eq 9 ]
    [ "$output" = me ]
    [ "$stderr" = err ]
    run bash -c '. "$E2E/lib/clients.bash"; echo through | '"$client"" exec -i $name cat"
    [ "$output" = through ]
    run on_terminal 'size 20 70' 'expect # ' 'send stty size; exit 5\r' 'expect 20 70' -- "$client" exec -it "$name" sh
    [ "$status" -eq 5 ]
    run -127 "$client" exec "$name" /nosuch
}

logs_are_kept_and_followed() {
    fresh_name
    "$client" run -d --name "$name" --network none "$IMAGE" sh -c 'echo one; echo two; while [ ! -e /go ]; do sleep 0.1; done; echo three'
    wait_until 60 bash -c '. "$E2E/lib/clients.bash"; '"$client logs $name | grep -q two"
    run "$client" logs --tail 1 "$name"
    [ "$output" = two ]
    background "$BATS_TEST_TMPDIR/follow" "$client" logs -f "$name"
    wait_until 60 file_has "$BATS_TEST_TMPDIR/follow" two
    "$client" exec "$name" touch /go
    wait "$background"
    [ "$(cat "$BATS_TEST_TMPDIR/follow")" = $'one\ntwo\nthree' ]
}

ps_shows_what_runs_and_with_a_what_ended() {
    fresh_name
    "$client" run -d --name "$name" --network none --label "flow=$name" "$IMAGE" sleep 1000
    [ "$("$client" ps --filter "label=flow=$name" --format '{{.Names}} {{.Image}}')" = "$name $IMAGE" ]
    "$client" ps --filter "label=flow=$name" --format '{{.Status}}' | grep -q '^Up'
    "$client" kill "$name"
    "$client" wait "$name"
    [ -z "$("$client" ps -q --filter "label=flow=$name")" ]
    "$client" ps -a --filter "label=flow=$name" --format '{{.Status}}' | grep -q '^Exited (137)'
}

stop_kill_wait_and_inspect_agree() {
    fresh_name
    "$client" run -d --name "$name" --network none "$IMAGE" sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'
    [ "$("$client" inspect --format '{{.State.Status}} {{.State.Running}}' "$name")" = "running true" ]
    background "$BATS_TEST_TMPDIR/wait" "$client" wait "$name"
    "$client" stop "$name"
    wait "$background"
    [ "$(tail -n 1 "$BATS_TEST_TMPDIR/wait")" = 3 ]
    [ "$("$client" inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$name")" = "exited 3" ]
    "$client" start "$name"
    "$client" kill -s KILL "$name"
    [ "$("$client" wait "$name")" = 137 ]
    run "$client" kill "$name"
    [ "$status" -eq 125 ]
}

pause_rename_and_restart() {
    fresh_name
    local old=$name
    "$client" run -d --name "$old" --network none --stop-timeout 1 "$IMAGE" sleep 1000
    "$client" pause "$old"
    [ "$("$client" inspect --format '{{.State.Status}}' "$old")" = paused ]
    "$client" unpause "$old"
    fresh_name
    "$client" rename "$old" "$name"
    local pid
    pid=$("$client" inspect --format '{{.State.Pid}}' "$name")
    "$client" restart -t 0 "$name"
    [ "$("$client" inspect --format '{{.State.Status}}' "$name")" = running ]
    [ "$("$client" inspect --format '{{.State.Pid}}' "$name")" != "$pid" ]
}

rm_asks_for_force_when_it_runs() {
    fresh_name
    "$client" run -d --name "$name" --network none --stop-timeout 1 "$IMAGE" sleep 1000
    run "$client" rm "$name"
    [ "$status" -ne 0 ]
    [[ $output == *"without force"* || $output == *running* ]]
    "$client" rm -f "$name"
    run "$client" container exists "$name"
    [ "$status" -eq 1 ]
    run "$client" rm "$name"
    [ "$status" -eq 1 ]
}

attach_joins_and_detaches() {
    fresh_name
    "$client" run -dit --name "$name" --network none "$IMAGE" sh
    run on_terminal 'send echo a$((20+3))b\r' 'expect a23b' 'send \x10\x11' -- "$client" attach "$name"
    [ "$status" -eq 0 ]
    [ "$("$client" inspect --format '{{.State.Running}}' "$name")" = true ]
}

events_come_as_they_happen() {
    fresh_name
    background "$BATS_TEST_TMPDIR/events" "$client" events --since 1m --filter "container=$name" --format '{{.Status}}'
    "$client" create --name "$name" --network none "$IMAGE" true
    wait_until 60 file_has "$BATS_TEST_TMPDIR/events" create
    "$client" start -a "$name"
    "$client" rm "$name"
    wait_until 60 file_has "$BATS_TEST_TMPDIR/events" remove
    local word
    for word in create start died remove; do
        grep -qx "$word" "$BATS_TEST_TMPDIR/events"
    done
    run "$client" events --stream=false --filter "container=$name" --since 10m --format '{{.Status}}'
    [[ $output == *died* ]]
}

secrets_are_made_shown_and_removed() {
    local name=$client-secret-$RANDOM out
    printf 'a\nvalue' | "$client" secret create --label colour=blue "$name" -
    run "$client" secret create "$name" - <<<other
    [ "$status" -ne 0 ]
    [[ $output == *"$name: secret name in use"* ]]
    "$client" secret ls --format '{{.Name}} {{.Driver}}' | grep -qx "$name file"
    [ "$("$client" secret ls --filter "name=$name" --format '{{.Name}}')" = "$name" ]
    "$client" secret inspect "$name" >"$BATS_TEST_TMPDIR/secret"
    jq -e --arg name "$name" '.[0].Spec.Name == $name and .[0].Spec.Labels == {"colour":"blue"}' "$BATS_TEST_TMPDIR/secret"
    run ! grep -q value "$BATS_TEST_TMPDIR/secret"
    out=$("$client" secret rm "$name")
    [[ $out =~ ^[0-9a-f]{25}$ ]]
    run "$client" secret rm "$name"
    [ "$status" -ne 0 ]
    [[ $output == *"no such secret"* ]]
    run "$client" secret inspect "$name"
    [ "$status" -ne 0 ]
    [[ $output == *"no such secret"* ]]
    # their events are of a type that clients of these versions do not know and would stumble over
    "$client" events --stream=false --since 1m --format json >"$BATS_TEST_TMPDIR/events"
    run ! grep -q secret "$BATS_TEST_TMPDIR/events"
}

secrets_are_files_and_variables_of_containers() {
    local name=$client-used-$RANDOM
    printf 'the value' | "$client" secret create "$name" -
    run "$client" run --rm --network none --secret "$name" --secret "$name,type=env,target=TOKEN" \
        --secret "$name,target=sub/other,mode=0400,uid=1000,gid=1001" "$IMAGE" \
        sh -c "cat /run/secrets/$name; echo; stat -c '%a %u:%g' /run/secrets/$name /run/secrets/sub/other; echo \$TOKEN"
    [ "$status" -eq 0 ]
    [ "$output" = $'the value\n444 0:0\n400 1000:1001\nthe value' ]
    "$client" create --name "$name" --network none --secret "$name" "$IMAGE" true
    forget_later "$name"
    [ "$("$client" inspect --format '{{range .Config.Secrets}}{{.Name}} {{.Mode}}{{end}}' "$name")" = "$name 292" ]
    "$client" rm "$name"
    "$client" secret rm "$name"
    run "$client" run --rm --network none --secret "$name" "$IMAGE" true
    [ "$status" -ne 0 ]
    [[ $output == *"no secret with name or id \"$name\": no such secret"* ]]
}

df_and_prune_add_up() {
    fresh_name
    "$client" run -d --name "$name" --network none "$IMAGE" sleep 1000
    "$client" system df --format '{{.Type}} {{.Total}} {{.Active}}' | grep -Eq '^Containers [1-9][0-9]* [1-9]'
    "$client" system df -v | grep -q "$name"
    "$client" rm -f "$name"
    fresh_name
    "$client" create --name "$name" --label "mark=$name" --network none "$IMAGE" true
    run "$client" system prune -f --filter "label=mark=$name"
    [ "$status" -eq 0 ]
    [[ $output == *"Total reclaimed space:"* ]]
    run "$client" container exists "$name"
    [ "$status" -eq 1 ]
}

files_are_copied_in_and_out() {
    local folder=$WORK/folders/$RANDOM$RANDOM
    mkdir -p "$folder/x/s"
    echo new >"$folder/x/n"
    fresh_name
    "$client" run -d --network none --name "$name" -v /v --tmpfs /t "$IMAGE" sh -c \
        'mkdir -p /d/s; echo hi >/d/f; ln -s f /d/l; ln -s /d /up; touch /ready; exec sleep 1000'
    wait_until 10 "$client" exec "$name" test -e /ready
    "$client" cp "$name:/d/f" "$folder/"
    [ "$(cat "$folder/f")" = hi ]
    "$client" cp "$name:/d/l" "$folder/followed"
    [ "$(cat "$folder/followed")" = hi ]
    "$client" cp "$name:/d" "$folder/"
    [ "$(cat "$folder/d/f")" = hi ]
    "$client" cp "$name:/up" "$folder/renamed"
    [ "$(cat "$folder/renamed/f")" = hi ]
    mkdir "$folder/flat"
    "$client" cp "$name:/d/." "$folder/flat"
    [ "$(cat "$folder/flat/f")" = hi ]
    [ "$("$client" cp "$name:/d/f" - | tar -xO)" = hi ]
    "$client" cp "$folder/x/n" "$name:/tmp"
    "$client" cp "$folder/x/n" "$name:/tmp/named"
    "$client" cp "$folder/x" "$name:/v"
    "$client" cp "$folder/x/." "$name:/t"
    "$client" cp "$folder/x" "$name:/d/s/other"
    tar -C "$folder" -c x | "$client" cp - "$name:/up"
    for file in /tmp/n /tmp/named /v/x/n /t/n /d/s/other/n /d/x/n; do
        [ "$("$client" exec "$name" cat $file)" = new ]
    done
    run -125 "$client" cp "$name:/nosuch" "$folder"
    [[ $output == *nosuch* ]]
    run ! "$client" cp "$folder/x" "$name:/d/f"
}

volumes_are_made_used_shown_and_removed() {
    local volume=$client-volume-$RANDOM
    [ "$("$client" volume create --label colour=blue "$volume")" = "$volume" ]
    run "$client" volume create "$volume"
    [ "$status" -ne 0 ]
    [[ $output == *"$volume"*"already exists"* ]]
    [ "$("$client" volume ls -q --filter "name=$volume" --filter label=colour=blue)" = "$volume" ]
    [ "$("$client" volume inspect --format '{{.Driver}} {{.Labels.colour}}' "$volume")" = 'local blue' ]
    "$client" run --rm --network none -v "$volume:/v" "$IMAGE" sh -c 'echo kept >/v/file'
    [ "$("$client" run --rm --network none -v "$volume:/v:ro" "$IMAGE" cat /v/file)" = kept ]
    fresh_name
    "$client" create --name "$name" --network none -v "$volume:/v" "$IMAGE" true >/dev/null
    forget_later "$name"
    run "$client" volume rm "$volume"
    [ "$status" -ne 0 ]
    [[ $output == *"volume is being used"* ]]
    "$client" volume rm -f "$volume"
    run "$client" volume exists "$volume"
    [ "$status" -eq 1 ]
    run "$client" container exists "$name"
    [ "$status" -eq 1 ]
    "$client" volume create --label "mark=$volume" "$volume-2"
    [ "$("$client" volume prune -f --filter "label=mark=$volume")" = "$volume-2" ]
}

a_health_check_runs_and_stats_show_what_it_uses() {
    fresh_name
    "$client" run -d --name "$name" --network none --health-cmd 'test -e /well' --health-interval 1h "$IMAGE" sleep infinity
    run -1 "$client" healthcheck run "$name"
    "$client" exec "$name" touch /well
    "$client" healthcheck run "$name"
    [ "$("$client" ps --filter "name=$name" --filter health=healthy --format '{{.Names}}')" = "$name" ]
    "$client" stats --no-stream --format '{{.Name}} {{.PIDS}}' "$name" | grep -qx "$name [1-9][0-9]*"
}

init_sets_a_container_up_and_start_lets_it_run() {
    fresh_name
    "$client" create --name "$name" --network none "$IMAGE" sh -c 'echo ran'
    [ "$("$client" init "$name")" = "$name" ]
    [ "$("$client" inspect --format '{{.State.Status}} {{.State.Running}}' "$name")" = "initialized false" ]
    [ "$("$client" ps -a --filter status=initialized --filter "name=$name" --format '{{.Names}} {{.Status}}')" = "$name Initialized" ]
    run "$client" init "$name"
    [ "$status" -ne 0 ]
    [[ $output == *"already "* ]] # initialized, or created in the runtime
    run "$client" init nosuch
    [ "$status" -ne 0 ]
    [[ $output == *nosuch* ]]
    [ "$("$client" start -a "$name")" = ran ]
}

update_changes_limits() {
    fresh_name
    "$client" run -d --name "$name" --network none --pids-limit 50 "$IMAGE" sleep infinity
    run "$client" update --memory 64m --cpu-quota 50000 "$name"
    [ "$status" -eq 0 ]
    [ "$("$client" inspect --format '{{.HostConfig.Memory}} {{.HostConfig.CpuQuota}} {{.HostConfig.PidsLimit}}' "$name")" = '67108864 50000 50' ]
    run "$client" update --memory 64m nosuch
    [ "$status" -ne 0 ]
}
