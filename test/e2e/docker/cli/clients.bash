# The docker clients there are: Debian's own, and the newer one where there is a tree with it.
# shellcheck disable=SC2034 # words is for the tests

# Runs a function of the test once with each: client NAME runs it, $words are its words for other programs to run.
with_each_client() { # FUNCTION
    local which
    for which in docker newer_docker; do
        [ $which = docker ] || [ -x "$CORACLE_PEERS/usr/bin/docker" ] || continue
        client=$which
        words=(env "DOCKER_HOST=unix://$SOCKET" /usr/bin/docker)
        [ $which = docker ] || words=(chroot "$CORACLE_PEERS" /usr/bin/env HOME=/tmp "DOCKER_HOST=unix://$SOCKET" docker)
        echo "-- with $which"
        "$1" || return 1
    done
}

client() {
    "$client" "$@"
}

# A host folder that both clients' daemons see.
fresh_folder() { # sets $folder
    folder=$WORK/folders/$RANDOM$RANDOM
    mkdir -p "$folder"
}
