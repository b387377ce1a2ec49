#!/bin/bash
# The run inside its namespaces: one engine, the test files some at a time, then what is left. Started by run.sh.
set -u
. "$E2E/lib/isolate.bash"
. "$E2E/lib/engine.bash"
. "$E2E/lib/leaks.bash"

SOCKET=$WORK/engine.sock
[ "$ENGINE" != coracle ] || SOCKET=$WORK/recorded.sock
export SOCKET DIRECT_SOCKET=$WORK/engine.sock
export IMAGE=docker.io/library/busybox:latest IMAGE_ARCHIVE=$WORK/busybox.tar REGISTRY=127.0.0.1:5000
export HOME=$WORK/home TMPDIR=$WORK/tmp XDG_RUNTIME_DIR=$WORK/xdg
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin # the distribution's programs before all others
unset DOCKER_HOST CONTAINER_HOST DOCKER_CONFIG CONTAINERS_CONF CONTAINERS_STORAGE_CONF CONTAINERS_REGISTRIES_CONF REGISTRY_AUTH_FILE

results=$E2E_OUT/results
server_log=$E2E_OUT/server.log
passed=0
failed=0

fault() { # a failure of the run itself
    echo "not ok: $1"
    [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/    /'
    failed=$((failed + 1))
}

select_files() { # FILE|FOLDER...: test files below test/e2e, quick to read or not
    [ $# -gt 0 ] || set -- "$E2E"
    local path
    for path; do
        [ -e "$path" ] || path=$E2E/$path
        find "$(realpath "$path")" -name '*.bats' ! -path "$E2E/lib/*" || return 1
    done | sort
}

runs_alone() { # FILE: a test that would disturb others, or be disturbed, says so in its head
    head -n 15 "$1" | grep -q '^# runs alone'
}

run_file() { # FILE
    local name tap start=$SECONDS
    name=${1#"$E2E"/}
    tap=$results/${name//\//.}.tap
    timeout --kill-after=10 "${E2E_FILE_TIMEOUT:-900}" bats --formatter tap "$1" >"$tap" 2>&1 </dev/null
    echo "exit $? $((SECONDS - start))" >>"$tap"
    (
        flock 9
        report_file "$1" 9>&-
    ) 9>"$WORK/report.lock"
}

report_file() { # FILE: adds to the counts and says what failed
    local name tap ok bad skipped planned code seconds
    name=${1#"$E2E"/}
    tap=$results/${name//\//.}.tap
    planned=$(sed -n 's/^1\.\.\([0-9]*\)$/\1/p' "$tap" | head -n 1)
    skipped=$(grep -cE '^ok [0-9]+ .*# skip' "$tap")
    ok=$(($(grep -cE '^ok [0-9]+ ' "$tap") - skipped))
    bad=$(grep -cE '^not ok [0-9]+ ' "$tap")
    read -r _ code seconds <<<"$(tail -n 1 "$tap")"
    [ $((ok + bad + skipped)) -ge "${planned:-1}" ] || bad=$((${planned:-1} - ok - skipped)) # ended before the last one
    [ "$code" = 0 ] || [ "$bad" -gt 0 ] || bad=1
    echo "$ok $bad" >>"$WORK/counts"
    if [ "$bad" -gt 0 ]; then
        echo "not ok: $name: $ok passed, $bad failed (${seconds} s, exit code $code)"
        awk '/^(not ok|ok|exit) / { show = /^not ok/ } show || /^bats|^[^#o1n]/' "$tap" | sed 's/^/    /'
    else
        echo "ok: $name: $ok passed${skipped:+$([ "$skipped" = 0 ] || echo ", $skipped skipped")} (${seconds} s)"
    fi
    grep -E '^ok [0-9]+ .*# skip' "$tap" | sed 's/^ok [0-9]* /    skipped: /'
}
export -f run_file report_file
export results

run_files() { # FILE...
    local file together=() alone=()
    for file; do
        if runs_alone "$file"; then alone+=("$file"); else together+=("$file"); fi
    done
    [ ${#together[@]} -eq 0 ] || printf '%s\0' "${together[@]}" | xargs -0 -P "$E2E_JOBS" -n 1 bash -c 'run_file "$1"' bash
    for file in "${alone[@]}"; do
        run_file "$file"
    done
    local ok bad
    while read -r ok bad; do
        passed=$((passed + ok))
        failed=$((failed + bad))
    done <"$WORK/counts"
}

main() {
    local files
    rm -rf "$results" "$server_log" "$E2E_OUT/exchanges.jsonl"
    mkdir -p "$results"
    mapfile -t files < <(select_files "$@")
    [ ${#files[@]} -gt 0 ] || { echo "run.sh: no tests in: $*" >&2; echo "e2e: 0 passed, 1 failed"; exit 1; }
    isolate_prepare || { echo "run.sh: the namespaces could not be made" >&2; echo "e2e: 0 passed, 1 failed"; exit 1; }
    mkdir -p "$HOME" "$TMPDIR" "$WORK/names" "$XDG_RUNTIME_DIR"
    if engine_start && engine_load_image; then
        leaks_before
        run_files "${files[@]}"
    else
        fault "$ENGINE did not start" "$(tail -n 20 "$server_log")"
    fi
    leaks_containers
    engine_stop
    leaks_after
    engine_judge
    echo "e2e: $passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

main "$@"
exit $?
