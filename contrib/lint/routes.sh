#!/bin/sh
# The URL is the file name: the path with its dialect in front, {names} dropped; a path that ends in a name is item.c.
#
#   contrib/lint/routes.sh SWAGGER_PROGRAM
set -eu
"$1" routes | awk '
{
    path = $2
    dialect = path ~ /^\/libpod\// ? "" : "/docker"
    item = path ~ /}$/
    gsub(/\/{[^}]*}/, "", path)
    sub(/\/$/, "", path)
    expected = "api" dialect path (item ? "/item" : "") ".c"
    if ($3 != expected) {
        print $1 " " $2 " is in " $3 ", expected " expected
        bad = 1
    }
    if (seen[$1 " " $2]++) {
        print $1 " " $2 " is listed twice"
        bad = 1
    }
}
END { exit bad }
'
