# coracle system df, prune, check, diagnostics
# runs alone
load "$E2E/lib/e2e"
load client

@test "df counts what there is and what is in use" {
    begin "$IMAGE" sleep 1000
    run -0 coracle system df
    [[ ${lines[0]} =~ ^TYPE\ +TOTAL\ +ACTIVE\ +SIZE\ +RECLAIMABLE$ ]]
    [[ ${lines[1]} =~ ^Images\ +[1-9][0-9]*\ +[1-9][0-9]*\  ]]
    [[ ${lines[2]} =~ ^Containers\ +1\ +1\  ]]
    [ "$(coracle system df --format '{{.ContainerUsage.ActiveCount}}')" = 1 ]
}

@test "prune needs force, and says what went" {
    fresh_name
    ctr=$(coracle run -d --name "$name" --network none "$IMAGE" true)
    coracle wait "$ctr"
    fails 125 '--force' coracle system prune
    run -0 coracle system prune -f
    [[ $output == *"container $ctr"* ]]
    [[ ${lines[-1]} == *"are free again" ]]
    fails 125 "$ctr" coracle inspect "$ctr"
}

@test "diagnostics show the requests that are being answered" {
    run -0 coracle system diagnostics
    [[ $output == *"call   GET /coracle/diagnostics, "* ]]
    coracle system diagnostics --format json | jq -e '.Threads | length > 0'
}

@test "check ends with 0 where nothing is damaged, and with 1 and the reason where something is" {
    run -0 coracle system check
    [ -z "$output" ]
    local layer
    fresh_name
    ctr=$(coracle run -d --name "$name" --network none "$IMAGE" true)
    coracle wait "$ctr"
    layer=$(jq -r --arg id "$ctr" '.[] | select(.id == $id).layer' "$WORK/root/overlay-containers/containers.json")
    rm -r "$WORK/root/overlay/$layer/diff"
    run -1 coracle system check --quick
    [[ $output == *"container $ctr: layer $layer is damaged"* ]]
    run -1 coracle system check --force
    [[ $output == *"removed container $ctr"* ]]
    run -0 coracle system check
}
