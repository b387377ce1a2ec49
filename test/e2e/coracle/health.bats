# coracle run --health-…, coracle healthcheck run, coracle stats
load "$E2E/lib/e2e"
load client

healthy() { # what ps says of $name
    coracle ps -a | grep -E "Up .* \(healthy\) .*$name\$"
}

@test "run takes a health check, and ps shows what it says" {
    begin --health-cmd 'test -e /tmp' --health-interval 200ms --health-timeout 5s --health-retries 4 --health-start-period 1m \
        --health-start-interval 300ms --health-on-failure kill "$IMAGE" "${WAITER[@]}"
    wait_until 20 healthy
    coracle inspect "$name" | jq -e '.Config | .Healthcheck == {Test: ["CMD-SHELL", "test -e /tmp"], StartPeriod: 60000000000,
        StartInterval: 300000000, Interval: 200000000, Timeout: 5000000000, Retries: 4} and .HealthcheckOnFailureAction == "kill"'
}

@test "healthcheck run says what the check comes to, and fails with it" {
    begin --health-cmd 'test -e /well' --health-interval 1h "$IMAGE" "${WAITER[@]}"
    run -1 coracle healthcheck run "$name"
    [ "$output" = unhealthy ]
    coracle exec "$name" touch /well
    [ "$(coracle healthcheck run "$name")" = healthy ]
    [ "$(coracle healthcheck run --format '{{.FailingStreak}}' "$name")" = 0 ]
    fails 125 nosuch coracle healthcheck run nosuch
}

@test "options of a health check that cannot be are refused" {
    fails 125 health-interval coracle run --health-interval often "$IMAGE"
    fails 125 health-retries coracle run --health-retries 0 "$IMAGE"
    fails 125 health-on-failure coracle run --health-on-failure cry "$IMAGE"
    fails 125 health-cmd coracle run --health-cmd '' "$IMAGE"
}

@test "stats shows what containers use" {
    begin "$IMAGE" "${WAITER[@]}"
    coracle stats | grep -E '^ID +NAME +CPU % +MEM USAGE / LIMIT +MEM % +NET IO +BLOCK IO +PIDS$'
    coracle stats "$name" | grep -E "^${ctr:0:12} +$name +[0-9.]+% +[0-9.]+ [kM]?B / [0-9.]+ [kMGT]?B +[0-9.]+% .* [1-9][0-9]*\$"
    [ "$(coracle stats --format '{{.ContainerID}}' "$name")" = "$ctr" ]
    fails 125 nosuch coracle stats nosuch
}
