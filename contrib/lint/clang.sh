#!/bin/sh
# A second compiler's opinion. Above all gcc lets a goto pass the birth of an autofree or autofd, whose cleanup then runs
# on whatever lies there; clang does not.
set -eu
command -v clang >/dev/null || {
    echo "clang is not installed: install the package clang"
    exit 1
}
git ls-files 'api/*.c' 'cmd/*.c' 'core/*.c' 'server/*.c' 'swagger/*.c' |
    xargs -n 16 -P "$(nproc)" clang -std=gnu17 -D_GNU_SOURCE -I. -Wall -Wextra -Werror -pthread -fsyntax-only
