#!/bin/sh
# What no source of ours holds: unfinished work, ragged blanks, calls without a bound, waiting without an event.
set -eu
code=0
complain() { # text, lines of grep
    [ -z "$2" ] || {
        printf '%s:\n%s\n' "$1" "$2"
        code=1
    }
}
search() { # pattern, what git lists
    pattern=$1
    shift
    git ls-files "$@" | xargs grep -nP "$pattern" || true
}
complain "unfinished work" "$(search '\b(TODO|FIXME|XXX|HACK)\b' '*.c' '*.h' '*.def')"
complain "tabs, or blanks at the end of a line" "$(search '\t|[ ]+$' '*.c' '*.h' '*.def')"
complain "calls that do not know how much room there is" "$(search '\b(sprintf|gets|strcat|alloca|tmpnam|mktemp)\(' 'api/*.c' 'cmd/*.c' 'core/*.c' 'server/*.c')"
complain "a shell between us and a program" "$(search '\b(system|popen)\(' 'api/*.c' 'cmd/*.c' 'core/*.c' 'server/*.c')"
complain "waiting without an event" "$(search '\b(sleep|usleep|nanosleep)\(' 'api/*.c' 'cmd/*.c' 'core/*.c' 'server/*.c')"
exit $code
