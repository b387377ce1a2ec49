# The clients, all for the one socket: Debian 12's, and newer ones out of the Debian 13 tree.

docker() {
    env DOCKER_HOST="unix://$SOCKET" /usr/bin/docker "$@"
}

podman_remote() {
    /usr/bin/podman --remote --url "unix://$SOCKET" "$@"
}

in_peers() { # COMMAND...: in the Debian 13 tree; the sockets and $WORK are at the same place there
    chroot "$CORACLE_PEERS" /usr/bin/env HOME=/tmp DOCKER_HOST="unix://$SOCKET" "$@"
}

newer_docker() {
    in_peers docker "$@"
}

newer_podman_remote() {
    in_peers podman-remote --url "unix://$SOCKET" "$@"
}
