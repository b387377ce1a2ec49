#!/bin/sh
# Installs what a stage needs from Debian 12's packages; does nothing when all is there.
#
#   contrib/install-deps.sh [build|run|test]...     (without a word: build and run)
set -eu

build="gcc libc6-dev make pkg-config libjansson-dev libsqlite3-dev libssl-dev zlib1g-dev libzstd-dev libbz2-dev liblzma-dev libcurl4-openssl-dev scdoc"
run="conmon crun runc netavark aardvark-dns catatonit iptables iproute2 ca-certificates libssl3 libcurl4 curl busybox-static procps"
# node comes from elsewhere on some machines; npm belongs to it then
check="libcmocka-dev bats jq socat python3 python3-docker docker.io docker-registry apache2-utils podman buildah skopeo
clang clang-format libclang-rt-14-dev shellcheck debootstrap openssh-client openssh-server util-linux bsdextrautils
netcat-openbsd openssl strace man-db gpg gpg-agent gpgconf"

packages=""
for stage in "${@:-build}"; do
    case $stage in
        build) packages="$packages $build" ;;
        run) packages="$packages $run" ;;
        test)
            packages="$packages $check"
            command -v node >/dev/null && command -v npm >/dev/null || packages="$packages nodejs npm"
            ;;
        *) echo "install-deps.sh: unknown stage \"$stage\": expected build, run or test" >&2; exit 2 ;;
    esac
done
[ $# -gt 0 ] || packages="$build $run"

missing=""
for package in $packages; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    echo "install-deps.sh: these packages are missing, and installing them needs root:$missing" >&2
    exit 1
fi
echo "install-deps.sh: installing$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -q >/dev/null || echo "install-deps.sh: apt-get update failed; going on with the lists that are there" >&2
# shellcheck disable=SC2086
apt-get install -y -q --no-install-recommends $missing </dev/null >/tmp/install-deps.$$ 2>&1 || {
    tail -n 30 /tmp/install-deps.$$ >&2
    rm -f /tmp/install-deps.$$
    exit 1
}
rm -f /tmp/install-deps.$$
