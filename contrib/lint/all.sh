#!/bin/sh
# All checks that read rather than run; each says what is wrong and where.
#
#   contrib/lint/all.sh SWAGGER_PROGRAM       (make lint)
set -u
here=$(dirname "$0")
passed=0
failed=0
for check in "includes.sh" "tables.sh" "routes.sh $1" "documents.sh $1" "text.sh" "fields.py" "clang.sh" "shell.sh" "../../test/openapi/lint.sh"; do
    # shellcheck disable=SC2086 # a check and its argument
    if "$here"/$check; then
        passed=$((passed + 1))
    else
        echo "not ok: ${check%% *}"
        failed=$((failed + 1))
    fi
done
echo "lint: $passed passed, $failed failed"
[ $failed -eq 0 ]
