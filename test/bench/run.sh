#!/bin/sh
# The peers, then the run: test/bench/run.sh BUILD
set -eu
here=$(dirname "$0")
export CORACLE_PEERS="${CORACLE_PEERS:-$PWD/$1/peers}"
"$here/../../contrib/peers.sh" "$CORACLE_PEERS" podman docker.io docker-registry iptables nftables iproute2 curl \
    util-linux libjansson4 libsqlite3-0 libzstd1
exec python3 -B "$here/bench.py" "$1"
