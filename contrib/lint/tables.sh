#!/bin/sh
# Every table of routes is listed in api/routes.c, or nobody reaches it.
set -eu
code=0
for table in $(git grep -hoE '^const struct route [a-z0-9_]+\[\]' -- 'api/*.c' | sed 's/.* //; s/\[\]//'); do
    grep -qE "^    $table,\$" api/routes.c || {
        echo "api/routes.c does not list $table"
        code=1
    }
done
exit $code
