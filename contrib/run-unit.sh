#!/bin/sh
# Runs every unit test program below a folder; prints what failed and one line of counts for test/check.sh.
#
#   contrib/run-unit.sh BUILD/san/test/unit
set -u
folder=$1
passed=0
failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for program in $(find "$folder" -type f -perm -u+x ! -name '*.o' ! -name '*.d' | sort); do
    timeout 120 "$program" >"$output" 2>&1
    code=$?
    ok=$(grep -c '^\[       OK \]' "$output")
    bad=$(grep -c '^\[  FAILED  \] [a-z_0-9]*$' "$output")
    passed=$((passed + ok))
    if [ $code -ne 0 ]; then
        [ "$bad" -gt 0 ] || bad=1
        echo "--- ${program#"$folder"/}: exit code $code"
        cat "$output"
    fi
    failed=$((failed + bad))
done
echo "unit: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
