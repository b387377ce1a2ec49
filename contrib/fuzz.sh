#!/bin/sh
# Builds every test/fuzz/*.c with the sources it names and runs each for FUZZ_SECONDS (60). What it finds is kept in
# FOLDER/NAME.corpus for the next run; an input that breaks something is left as FOLDER/NAME-crash-….
#
#   contrib/fuzz.sh FOLDER [name …]       (make fuzz)
set -eu
folder=$1
shift
mkdir -p "$folder"
if [ $# -eq 0 ]; then
    for source in test/fuzz/*.c; do
        set -- "$@" "$(basename "$source" .c)"
    done
fi
flags="-std=gnu17 -D_GNU_SOURCE -I. -O1 -g -pthread -fsanitize=address,undefined -fno-sanitize-recover=undefined"
libraries="$(pkg-config --libs jansson sqlite3 zlib libzstd liblzma) -lbz2"

# Everything but the programs, as one archive: a fuzzer that defines api_routes itself leaves api/routes.c out.
make -s BUILD="$folder/objects" CC=clang OPT='-O1 -g' SANITIZE=address,undefined,fuzzer-no-link "$folder/objects/libcoracle.a"
failed=
for name in "$@"; do
    # shellcheck disable=SC2086 # lists of words
    clang $flags -fsanitize=fuzzer -o "$folder/$name" "test/fuzz/$name.c" "$folder/objects/libcoracle.a" $libraries -ldl
    mkdir -p "$folder/$name.corpus"
    seeds=
    [ ! -d "test/fuzz/$name.seeds" ] || seeds="test/fuzz/$name.seeds"
    # shellcheck disable=SC2086
    "$folder/$name" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=1024 -print_final_stats=0 -verbosity=0 \
        -artifact_prefix="$folder/$name-" "$folder/$name.corpus" $seeds || failed="$failed $name"
done
[ -z "$failed" ] || {
    echo "fuzz: broken:$failed"
    exit 1
}
echo "fuzz: $* held for ${FUZZ_SECONDS:-60} s each"
