#!/bin/sh
# Includes point one way: cmd -> server -> api -> core -> core/schema -> core/base; swagger prints from api. The remote
# client uses api/types, core/schema and core/base alone. A library has one place that knows it.
#
#   contrib/lint/includes.sh          from the root of the tree
set -eu
# shellcheck disable=SC2016 # what follows is awk's
git ls-files 'cmd/*.[ch]' 'server/*.[ch]' 'api/*.[ch]' 'core/*.[ch]' 'swagger/*.[ch]' |
    xargs awk '
function layer(path) {
    if (path ~ /^core\/base\//) return 1
    if (path ~ /^core\/schema\//) return 2
    if (path ~ /^core\//) return 3
    if (path ~ /^api\//) return 4
    if (path ~ /^server\//) return 5
    if (path ~ /^swagger\//) return 5
    if (path ~ /^cmd\//) return 6
    return 0
}
function fault(text) {
    print FILENAME ":" FNR ": " text
    bad = 1
}
/^#include "/ {
    split($0, part, "\"")
    path = part[2]
    if (!layer(path))
        fault("include by path from the root, not \"" path "\"")
    else if (layer(path) > layer(FILENAME))
        fault("\"" path "\" is above this file")
    else if (layer(path) == layer(FILENAME) && layer(path) >= 5 && substr(path, 1, index(path, "/")) != substr(FILENAME, 1, index(FILENAME, "/")))
        fault("\"" path "\" stands beside this file, not below it")
    else if (FILENAME ~ /^cmd\/coracle\// && path !~ /^(cmd\/coracle|api\/types|core\/schema|core\/base)\//)
        fault("the remote client talks HTTP like anybody else: not \"" path "\"")
    else if (FILENAME ~ /^api\/types\// && path !~ /^(api\/types|core\/schema|core\/base)\//)
        fault("wire types know no engine: not \"" path "\"")
}
/^#include <jansson.h>/ && FILENAME !~ /^core\/schema\// { fault("jansson stays behind core/schema") }
/^#include <sqlite3.h>/ && FILENAME !~ /^core\// { fault("sqlite stays in core") }
/^#include <curl\// && FILENAME !~ /^(core\/registry|cmd\/coracle)\// { fault("curl stays behind core/registry and the remote client") }
END { exit bad }
'
