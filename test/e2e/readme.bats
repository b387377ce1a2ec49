# The tour of README.md, pasted: its blocks marked "tour", in one shell. A word after that names a program that the block
# needs; docker and podman have to be there.
load "$E2E/lib/e2e"

blocks() { # prints the tour as a script
    awk '
        /^```sh tour/ { inside = 1; program = $3; print program ? "if command -v " program " >/dev/null; then" : "{"; next }
        /^```/ && inside { inside = 0; print program ? "fi" : "}"; next }
        inside { print }
    ' "$SOURCE_TREE/README.md"
}

@test "the tour works when it is pasted" {
    only_for coracle
    # the tree as somebody has it who ran make
    mkdir "$BATS_TEST_TMPDIR/tree"
    ln -s "$BUILD" "$BATS_TEST_TMPDIR/tree/build"
    ln -s "$SOURCE_TREE/contrib" "$BATS_TEST_TMPDIR/tree/contrib"
    cd "$BATS_TEST_TMPDIR/tree"
    {
        cat <<-'END'
		set -E
		trap 'echo "failed: $BASH_COMMAND" >&2; exit 1' ERR
		docker() { command /usr/bin/docker "$@"; }
		if ! command -v varlinkctl >/dev/null && [ -x "$CORACLE_PEERS/usr/bin/varlinkctl" ]; then
		    varlinkctl() { chroot "$CORACLE_PEERS" varlinkctl "$@"; }
		fi
		END
        blocks
    } >"$BATS_TEST_TMPDIR/tour"
    [ "$(grep -c '^```sh tour' "$SOURCE_TREE/README.md")" -ge 8 ]
    export TMPDIR=$WORK
    bash "$BATS_TEST_TMPDIR/tour" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- || {
        cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
        return 1
    }
    cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
    [ "$(grep -c '^hello from a container$' "$BATS_TEST_TMPDIR/out")" = 2 ]
    grep -x 'hello again' "$BATS_TEST_TMPDIR/out"
    grep -x hello "$BATS_TEST_TMPDIR/out"
    grep -x running "$BATS_TEST_TMPDIR/out"
    grep -E '^10\.[0-9.]+$' "$BATS_TEST_TMPDIR/out"
    [ -z "$(ls -d "$WORK"/tmp.* 2>/dev/null)" ] # nothing is left
}
