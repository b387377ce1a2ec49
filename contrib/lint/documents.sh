#!/bin/sh
# The committed OpenAPI documents are what the tables say today.
#
#   contrib/lint/documents.sh SWAGGER_PROGRAM
set -eu
code=0
for name in docker libpod libpod-v2; do
    "$1" "$name" | cmp -s - "swagger/$name.json" || {
        echo "swagger/$name.json is stale: make swagger"
        code=1
    }
done
exit $code
