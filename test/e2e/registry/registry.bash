# What the tests of pulls share: load registry

publish() { # image|index NAME:TAG [options of publish.py]: prints the digest
    python3 "$E2E/registry/publish.py" "$1" "$REGISTRY" "${@:2}"
}

pull() { # REFERENCE [query]: on podman's surface; $status, $body
    api POST "/libpod/images/pull?reference=$(quote "$1")${2:+&$2}"
}

docker_pull() { # REFERENCE [curl options]: on Docker's
    local reference=$1
    shift
    api POST "/images/create?fromImage=$(quote "$reference")" "$@"
}

stream_has() { # FILTER: whether it is true of a line of the stream
    jq -e -s "any(.[]; $1)" <<<"$body" >/dev/null || { echo "no line has: $1"; return 1; }
}

pulled_id() { # the id that podman's surface says at the end
    jq -r 'select(.id) | .id' <<<"$body" | tail -n 1
}

conf() { # NAME <<<TOML: one more file of registries.conf.d; takes effect with the next pull
    local tree
    cat >"$BATS_TEST_TMPDIR/conf"
    for tree in "" "$CORACLE_PEERS"; do
        [ ! -d "$tree/etc/containers" ] || cp "$BATS_TEST_TMPDIR/conf" "$tree/etc/containers/registries.conf.d/$1.conf"
    done
}

more_registry() { # NAME HOST:PORT START_COMMAND <<<"lines of its http: section": one more, started when the first test asks
    (
        flock 9
        [ ! -e "$WORK/registry/$1/ready" ] || exit 0
        registry_serve "$1" "$2" 9>&- && "$3" && touch "$WORK/registry/$1/ready"
    ) 9>"$WORK/registry.$1.lock"
}

blob_file() { # REGISTRY_NAME sha256:HEX: where a registry of ours keeps a blob
    local hex=${2#sha256:}
    echo "$WORK/registry/$1/data/docker/registry/v2/blobs/sha256/${hex:0:2}/$hex/data"
}

layer_of() { # NAME:TAG: digest of its last layer
    curl -sSf -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$REGISTRY/v2/${1%:*}/manifests/${1##*:}" |
        jq -r '.layers[-1].digest'
}

# ---- podman on our own store --------------------------------------------------------------------------------------

# shellcheck disable=SC2034 # for the tests: what podman run needs where the cgroups are not its own
LIMITS=(--network none --cgroups disabled --ulimit nofile=1024:1024 --ulimit nproc=1024:1024)

older_podman() { # the one of this machine, on our store
    podman --root "$WORK/root" --runroot "$WORK/runroot" --cgroup-manager cgroupfs --log-level error "$@"
}

newer_podman() { # it wants its root to be a mount point
    need_peers
    mountpoint -q "$WORK/peers" || { mkdir -p "$WORK/peers" && mount --rbind "$CORACLE_PEERS" "$WORK/peers"; }
    chroot "$WORK/peers" /usr/bin/env HOME=/tmp PODMAN_IGNORE_CGROUPSV1_WARNING=1 podman --root "$WORK/root" \
        --runroot "$WORK/runroot" --cgroup-manager cgroupfs --log-level error "$@"
}
