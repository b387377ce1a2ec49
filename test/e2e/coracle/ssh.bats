# coracle --url ssh://: the ssh program, a real sshd on loopback, coracled dial-stdio on the far side
load "$E2E/lib/e2e"
load client

setup_file() {
    export SSH_DIR=$WORK/ssh SSH_PORT=$((30000 + RANDOM % 2000))
    mkdir -p "$SSH_DIR/bin" /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f "$SSH_DIR/key"
    ssh-keygen -q -t ed25519 -N '' -f "$SSH_DIR/host"
    cp "$SSH_DIR/key.pub" "$SSH_DIR/authorized"
    printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d' ' -f1,2 "$SSH_DIR/host.pub")" >"$SSH_DIR/known"
    cat >"$SSH_DIR/sshd_config" <<-END
	ListenAddress 127.0.0.1:$SSH_PORT
	HostKey $SSH_DIR/host
	AuthorizedKeysFile $SSH_DIR/authorized
	PidFile $SSH_DIR/pid
	StrictModes no
	UsePAM no
	PasswordAuthentication no
	SetEnv PATH=$BUILD:/usr/bin:/bin HOME=$SSH_DIR
	END
    cat >"$SSH_DIR/config" <<-END
	IdentityFile $SSH_DIR/key
	IdentitiesOnly yes
	UserKnownHostsFile $SSH_DIR/known
	BatchMode yes
	END
    # the ssh program reads its configuration in the home of the password database: a word in front names ours
    printf '#!/bin/sh\nexec /usr/bin/ssh -F %s/config "$@"\n' "$SSH_DIR" >"$SSH_DIR/bin/ssh"
    chmod +x "$SSH_DIR/bin/ssh"
    /usr/sbin/sshd -f "$SSH_DIR/sshd_config" -E "$SSH_DIR/log" 3>&-
    wait_until 10 nc -z 127.0.0.1 "$SSH_PORT"
}

setup() {
    PATH=$SSH_DIR/bin:$PATH
    CORACLE=("$BUILD/coracle" --url "ssh://root@127.0.0.1:$SSH_PORT$SOCKET")
}

teardown_file() {
    kill "$(cat "$SSH_DIR/pid")"
    e2e_remove_containers
}

@test "requests go through ssh" {
    coracle version | grep -F "ssh://root@127.0.0.1:$SSH_PORT"
    begin "$IMAGE" "${WAITER[@]}"
    coracle ps -q | grep -x "$ctr"
    [ "$(coracle inspect --format '{{.State.Status}}' "$name")" = running ]
    [ "$(coracle rm -f "$name")" = "$name" ]
}

@test "streams go through ssh, with their ends and exit codes" {
    fresh_name
    run --separate-stderr -6 coracle run --rm --name "$name" --network none "$IMAGE" sh -c 'echo out; echo err >&2; exit 6'
    [ "$output" = out ]
    [[ $stderr == *err* ]]
    fresh_name
    head -c 3000000 /dev/urandom >"$BATS_TEST_TMPDIR/data"
    coracle run -i --rm --name "$name" --network none "$IMAGE" cat <"$BATS_TEST_TMPDIR/data" | cmp - "$BATS_TEST_TMPDIR/data"
}

@test "a terminal goes through ssh" {
    begin "$IMAGE" "${WAITER[@]}"
    run -3 on_terminal 'expect $ ' 'send stty size\r' 'expect 24 80' 'send exit 3\r' -- \
        "${CORACLE[@]}" exec -it -e 'PS1=$ ' "$name" sh
}

@test "nothing of a tunnel is left" {
    coracle version
    run ! ls -d "$TMPDIR"/coracle.* /tmp/coracle.[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]/ssh
}

@test "a path that the far side's shell would read is a path" {
    fails 125 "No such file" \
        "$BUILD/coracle" --url "ssh://root@127.0.0.1:$SSH_PORT/nobody;touch $BATS_TEST_TMPDIR/touched" version
    [ ! -e "$BATS_TEST_TMPDIR/touched" ]
}

@test "an ssh that does not get there is an error that names the connection" {
    fails 125 "cannot connect to ssh://root@127.0.0.1:1/ (from --url)" "$BUILD/coracle" --url ssh://root@127.0.0.1:1/ version
    [[ $stderr == *refused* ]]
    fails 125 "cannot connect to ssh://root@127.0.0.1:$SSH_PORT/nobody.sock" \
        "$BUILD/coracle" --url "ssh://root@127.0.0.1:$SSH_PORT/nobody.sock" version
    [[ $stderr == *"coracled: cannot connect to unix:///nobody.sock: No such file"* ]]
    fails 125 ssh env PATH="$BATS_TEST_TMPDIR" "$BUILD/coracle" --url "ssh://root@127.0.0.1/" version
}
