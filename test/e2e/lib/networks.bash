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
