# The program itself: what it links, what it says about itself, what completes it
load "$E2E/lib/e2e"
load client

@test "coracle links libcurl, jansson and the C library alone" {
    # what the linker was asked for, besides the sanitizers' own
    readelf -d "$BUILD/coracle" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^lib(asan|ubsan)\.' |
        sort >"$BATS_TEST_TMPDIR/needed"
    [ "$(cat "$BATS_TEST_TMPDIR/needed")" = $'libc.so.6\nlibcurl.so.4\nlibjansson.so.4' ]
    run ! sh -c "ldd '$BUILD/coracle' | grep -E 'not found|libsqlite'"
}

@test "--help, --version and no command" {
    "$BUILD/coracle" --version | grep -xE 'coracle version [0-9.]+'
    "$BUILD/coracle" --help | grep -F -- '--url URL'
    run -125 "$BUILD/coracle"
    [[ $output == *Commands:* ]]
    fails 125 '"frobnicate" is not a command' "$BUILD/coracle" frobnicate
}

commands() {
    "$BUILD/coracle" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z ]*[a-z]\)  .*/\1/p'
}

options_of() { # COMMAND
    # shellcheck disable=SC2086 # a command may have two words
    "$BUILD/coracle" $1 --help | grep -oE '^ +(-[a-z], )?--[a-z0-9-]+' | grep -oE -- '--?[a-z0-9-]+' | tr -d ,
}

@test "each command has help, and the man page has each command and option" {
    [ "$(commands | wc -l)" = "$(grep -h '^    \.name = "' "$SOURCE_TREE"/cmd/coracle/*.c | wc -l)" ] # none is left out
    commands >"$BATS_TEST_TMPDIR/commands"
    while read -r command; do
        # shellcheck disable=SC2086 # a command may have two words
        "$BUILD/coracle" $command --help | grep -E "^Usage: coracle $command"
        grep -qE "^\*$command\*" "$SOURCE_TREE/man/coracle.1.scd" || { echo "man: no $command"; return 1; }
        for option in $(options_of "$command"); do
            sed -n "/^\*$command\*/,/^$/p" "$SOURCE_TREE/man/coracle.1.scd" | grep -qF -- "*$option*" ||
                { echo "man: $command has no $option"; return 1; }
        done
    done <"$BATS_TEST_TMPDIR/commands"
}

@test "commands of two words have help of their own, and half of one says so" {
    "$BUILD/coracle" secret --help | grep -E '^  secret ls +List secrets'
    fails 125 '"secret" is half a command' "$BUILD/coracle" secret
    fails 125 '"secret frobnicate" is not a command' "$BUILD/coracle" secret frobnicate
}

complete_words() { # LINE: what completes its last word, one a line
    env PATH="$BUILD:$PATH" CONTAINER_HOST="unix://$SOCKET" bash -c '
        . "$1"
        COMP_LINE=$2
        read -ra COMP_WORDS <<<"$COMP_LINE"
        [[ $COMP_LINE != *" " ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _coracle
        printf "%s\n" "${COMPREPLY[@]}"' bash "$SOURCE_TREE/contrib/completion/coracle.bash" "$1"
}

@test "completion knows all commands and options" {
    [ "$(complete_words 'coracle ' | grep -v ^- | sort)" = "$(commands | sed 's/ .*//' | sort -u)" ]
    [ "$(complete_words 'coracle secret ' | sort)" = "$(commands | sed -n 's/^secret //p' | sort)" ]
    complete_words 'coracle --' | grep -x -- --url
    commands >"$BATS_TEST_TMPDIR/commands"
    while read -r command; do
        [ "$(complete_words "coracle $command -" | sort)" = "$( (options_of "$command"; echo --help) | sort)" ]
    done <"$BATS_TEST_TMPDIR/commands"
}

@test "completion knows containers and images" {
    begin "$IMAGE" "${WAITER[@]}"
    complete_words 'coracle exec ' | grep -x "$name"
    complete_words "coracle logs -f ${name:0:2}" | grep -x "$name"
    complete_words "coracle run -it " | grep -x "$IMAGE"
    complete_words "coracle --url unix://$SOCKET stop " | grep -x "$name"
}
