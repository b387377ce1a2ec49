# runs alone: lists have to be the same afterwards
# What no client should send, to every route of networks, volumes and secrets.
load "$E2E/lib/e2e"

matrix() { # TAG...
    only_for coracle # the peers say 500, and their documents are not ours
    python3 "$E2E/server/malformed.py" "$DIRECT_SOCKET" "$SOURCE_TREE/swagger" "$@"
}

@test "what is malformed in networks is refused by name" {
    matrix networks
}

@test "what is malformed in volumes is refused by name" {
    matrix volumes
}

@test "what is malformed in secrets is refused by name" {
    matrix secrets
}
