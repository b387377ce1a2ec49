load "$E2E/lib/e2e"

@test "a container made from what inspect says of another is equal to it, in fifty ways" {
    docker_network '{"IPAM":{"Config":[{"Subnet":"10.87.3.0/24"}]}}'
    mkdir "$WORK/recreate"
    python3 "$E2E/docker/containers/recreate.py" "$SOCKET" "$IMAGE" "$WORK/recreate" "$net"
}
