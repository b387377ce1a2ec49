#!/bin/bash
# Everything that has to hold: lint, build, unit tests, end to end tests, and what these recorded against the OpenAPI
# documents. Goes on after a failure, as far as that makes sense. The last line is "N passed, N failed".
#
#   test/check.sh BUILD                  (make check); also leaves that line in BUILD/check/summary
#
# One lint check, the build, one test, the recorded exchanges as a whole: each counts one; each fault that the validation
# finds and each route that nobody called counts as failed.
set -u
build=$1
logs=$build/check
passed=0
failed=0
started=$SECONDS
make=(make -s -j "$(nproc)" "BUILD=$build")
mkdir -p "$logs"
rm -f "$logs/summary"

step() { # NAME COMMAND...: runs it, shows and keeps what it says; the exit code in $code
    local name=$1 start=$SECONDS
    shift
    echo "==== $name"
    "$@" 2>&1 | tee "$logs/$name.log"
    code=${PIPESTATUS[0]}
    echo "==== $name: $((SECONDS - start)) s, exit code $code"
}

count() { # NAME: takes "NAME: N passed, M failed" over; a step without that line has failed
    local name=$1 line
    line=$(grep -E "^$name: [0-9]+ passed, [0-9]+ failed$" "$logs/$name.log" | tail -n 1)
    [[ $line =~ ([0-9]+)\ passed,\ ([0-9]+)\ failed ]] || { failed=$((failed + 1)); return; }
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
    [ "$code" -eq 0 ] || [ "${BASH_REMATCH[2]}" -gt 0 ] || failed=$((failed + 1))
}

count_code() { # a step that is one check
    if [ "$code" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

count_exchanges() {
    local faults
    faults=$(grep -cE '^(fault|never called): ' "$logs/openapi.log")
    if [ "$code" -eq 0 ] && [ "$faults" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + (faults > 0 ? faults : 1)))
    fi
}

finish() {
    echo "==== all: $((SECONDS - started)) s"
    echo "$passed passed, $failed failed" | tee "$logs/summary"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# The tree with newer clients comes over the network: meanwhile we compile.
export CORACLE_PEERS=${CORACLE_PEERS:-$PWD/$build/peers}
mkdir -p "$build"
contrib/peers.sh "$CORACLE_PEERS" >"$logs/peers.log" 2>&1 &
peers=$!

step build "${make[@]}" all
count_code
[ "$code" -eq 0 ] || { kill $peers; wait $peers; finish; }
step lint "${make[@]}" lint
count lint
step unit "${make[@]}" unit
count unit
wait $peers
code=$?
cat "$logs/peers.log"
count_code
step e2e "${make[@]}" e2e
count e2e
step openapi test/openapi/validate.sh "$build/e2e/exchanges.jsonl"
count_exchanges
finish
