#!/bin/sh
# Checks the documents in swagger/ with two linters that know nothing of us.
#
#   test/openapi/lint.sh
set -eu
cd "$(dirname "$0")"
[ -d node_modules ] || npm ci --no-fund --no-audit >&2
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT
code=0
for document in ../../swagger/docker.json ../../swagger/libpod.json ../../swagger/libpod-v2.json; do
    node_modules/.bin/redocly lint --config redocly.yaml "$document" >"$faults" 2>&1 || {
        cat "$faults"
        code=1
    }
    node_modules/.bin/validate-api "$document" >"$faults" 2>&1 || {
        echo "$document is not valid by the standard's own schema:"
        cat "$faults"
        code=1
    }
done
[ $code -ne 0 ] || echo "openapi: three documents are valid"
exit $code
