# What tests of networks look at inside running containers: load "$E2E/lib/networks" after e2e.

inside() { # CONTAINER COMMAND...: prints what it prints
    local ctr=$1 id
    shift
    post "/containers/$ctr/exec" "$(jq -c -n '{AttachStdout: true, AttachStderr: true, Cmd: $ARGS.positional}' --args -- "$@")" || return 1
    [ "$status" = 201 ] || return 1
    id=$(field .Id)
    hijack POST "/exec/$id/start" '{"Detach":false,"Tty":false}' </dev/null | unframe
    api GET "/exec/$id/json"
    [ "$(field .ExitCode)" = 0 ]
}

look_up() { # CONTAINER NAME: what each of its name servers says of the bare name
    # shellcheck disable=SC2016 # the container's shell
    inside "$1" sh -c 'for server in $(sed -n "s/^nameserver //p" /etc/resolv.conf); do nslookup "$0" "$server"; done; true' "$2"
}

resolves() { # CONTAINER NAME ADDRESS: whether the container finds the name there
    look_up "$1" "$2" | grep -qx "Address: $3"
}

unknown() { # CONTAINER NAME: whether it does not find it
    ! look_up "$1" "$2" | grep -q "^Name:"
}

address_of() { # CONTAINER NETWORK: its IPv4 address
    api GET "/containers/$1/json"
    field '.NetworkSettings.Networks[$net].IPAddress' --arg net "$2"
}

# A neighbour of the host's: a namespace with an address on its eth0, behind an interface of the host's. A file that calls
# it ends its teardown with end_outside.
outside() { # ADDRESS/PREFIX [ADDRESS/PREFIX OF THE HOST]: $outside is a process in the namespace, $link the host's interface
    link=o$BASHPID-$((RANDOM % 1000))
    unshare --net sleep infinity 3>&- &
    outside=$!
    echo $outside >>"$BATS_TEST_TMPDIR/outside"
    wait_until 5 in_own_net "$outside" || return 1
    ip link add "$link" type veth peer name eth0 netns "$outside" || return 1
    ip link set "$link" up
    beyond ip link set lo up
    beyond ip link set eth0 up
    beyond ip addr add "$1" dev eth0
    [ -z "${2-}" ] || ip addr add "$2" dev "$link"
}

in_own_net() { # PID
    [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

beyond() { # COMMAND...: in the neighbour's namespace
    nsenter -t "$outside" -n "$@"
}

end_outside() {
    local pid
    [ -s "$BATS_TEST_TMPDIR/outside" ] || return 0
    while read -r pid; do
        kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null # with the last process its end of the pair goes, and that takes the host's along
    done <"$BATS_TEST_TMPDIR/outside"
    true
}

serve_beyond() { # a page on the neighbour's port 80
    nsenter -t "$outside" -n busybox httpd -f -p 80 -h "$BATS_TEST_TMPDIR" 3>&- &
    echo $! >>"$BATS_TEST_TMPDIR/outside"
}

reaches() { # CONTAINER ADDRESS: whether somebody answers there on port 80
    # shellcheck disable=SC2016 # the container's shell
    inside "$1" sh -c '{ printf "GET / HTTP/1.0\r\n\r\n"; sleep 1; } | nc -w 3 "$0" 80' "$2" | grep -q HTTP
}
