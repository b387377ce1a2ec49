# The remote client under test, for the files of this folder.
# shellcheck disable=SC2034,SC2154 # CORACLE is for the tests; the helpers of e2e.bash and bats set the others

CORACLE=("$BUILD/coracle" --url "unix://$SOCKET")

coracle() {
    "${CORACLE[@]}" "$@"
}

# Runs a container under a name of ours: begin NAME-less options of `coracle run -d`, the image and its command. Sets $name
# and $ctr.
begin() {
    fresh_name
    ctr=$(coracle run -d --name "$name" --network none "$@") || return 1
    [[ $ctr =~ ^[0-9a-f]{64}$ ]]
}

fails() { # CODE TEXT COMMAND...: ends with that code and says that on standard error
    local code=$1 text=$2
    shift 2
    run --separate-stderr -"$code" "$@"
    [[ $stderr == *"$text"* ]] || { echo "said: $stderr"; return 1; }
}

ends() { # CODE: how the background command ends
    local code=0
    wait "$background" || code=$?
    [ "$code" = "$1" ] || { echo "ended with $code, expected $1"; return 1; }
}

# A server that reads one request without a body and gives it the answer of a file: answers SOCKET FILE
answers() {
    cat >"$1.sh" <<'SH'
while read -r line && [ "$line" != $'\r' ]; do :; done
cat "$1"
SH
    background "$BATS_TEST_TMPDIR/socat" socat "UNIX-LISTEN:$1" "EXEC:bash $1.sh $2"
    wait_until 5 test -S "$1"
}

# Stays until somebody stops it, at once.
WAITER=(sh -c 'trap "exit 0" TERM; sleep infinity & wait')
