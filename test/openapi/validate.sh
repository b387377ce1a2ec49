#!/bin/sh
# Checks recorded traffic (test/e2e/lib/recorder.py) against the documents in swagger/; see validate.mjs.
#
#   test/openapi/validate.sh [--partial] log.jsonl …
set -eu
here=$(dirname "$0")
[ -d "$here/node_modules" ] || npm ci --prefix "$here" --no-fund --no-audit >&2
exec node "$here/validate.mjs" "$@"
