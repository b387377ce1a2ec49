#!/bin/sh
# A Debian 13 tree with newer clients and other engines for the tests; does nothing when all is there.
#
#   contrib/peers.sh DIR [PACKAGE]...       more packages than the clients: docker.io for ENGINE=dockerd
#
# Nothing is started in it and nothing stays mounted: who uses it mounts proc, sys and dev in a namespace of its own.
set -eu
[ $# -gt 0 ] || { echo "usage: peers.sh DIR [PACKAGE]..." >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "peers.sh: making a root file system needs root" >&2; exit 1; }
mkdir -p "$1"
tree=$(cd "$1" && pwd)
shift
packages="docker-cli docker-compose podman podman-remote crun conmon catatonit netavark nftables aardvark-dns python3-varlink skopeo procps systemd ca-certificates $*"
log=$tree.log

fail() {
    tail -n 20 "$log" >&2
    echo "peers.sh: $1: see $log" >&2
    exit 1
}

inside() { # a command in the tree, with proc, sys and dev for as long as it runs
    # shellcheck disable=SC2016 # what follows is the inner shell's
    unshare --mount --propagation private sh -c '
        tree=$1
        shift
        mount -t proc proc "$tree/proc" && mount --rbind /sys "$tree/sys" && mount --rbind /dev "$tree/dev" || exit 1
        exec chroot "$tree" "$@"' sh "$tree" "$@"
}

# The machine's way to the mirror: proxies, resolver, names.
borrow() {
    for file in /etc/resolv.conf /etc/hosts; do
        [ ! -e "$file" ] || cp -L "$file" "$tree$file"
    done
    for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*proxy*; do
        [ ! -e "$file" ] || cp -L "$file" "$tree/etc/apt/apt.conf.d/"
    done
}

missing=""
for package in $packages; do
    [ -n "$(ls "$tree/var/lib/dpkg/info/$package.list" "$tree/var/lib/dpkg/info/$package:"*.list 2>/dev/null)" ] ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

: >"$log"
# debootstrap's own folder is there until it is through; what it mounts goes with the namespace, also when it is killed.
if [ ! -x "$tree/usr/bin/apt-get" ] || [ -d "$tree/debootstrap" ]; then
    echo "peers.sh: making a Debian 13 tree in $tree"
    rm -rf --one-file-system "$tree"
    unshare --mount --propagation private debootstrap --variant=minbase trixie "$tree" >>"$log" 2>&1 ||
        fail "debootstrap failed"
fi
borrow
printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d" # no service starts
chmod 755 "$tree/usr/sbin/policy-rc.d"
inside apt-get update -q >>"$log" 2>&1 || fail "apt-get update failed"
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive inside apt-get install -y -q --no-install-recommends $missing </dev/null >>"$log" 2>&1 ||
    fail "installing$missing failed"
