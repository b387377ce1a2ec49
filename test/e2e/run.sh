#!/bin/bash
# Runs end to end tests against one engine, in namespaces that end with the run.
#
#   test/e2e/run.sh [BUILD] [FILE.bats | FOLDER]...         (make e2e; BUILD is build/san)
#
# ENGINE=coracle (default), podman or dockerd   whom the tests talk to; the peers come out of CORACLE_PEERS
# CORACLE_PEERS=DIR                             a Debian 13 tree (contrib/peers.sh); default build/peers, when it is there
# E2E_JOBS=N                                    files at once; default one for each processor
# E2E_OUT=DIR                                   where logs, results and recorded exchanges go; default build/e2e
#
# Prints "e2e: N passed, M failed" last. Whatever is left of containers, processes, mounts, namespaces or cgroups at the
# end, and whatever the sanitizers said about the server, is a failure of its own. How to write a test: test/e2e/README.md
set -u
here=$(cd "$(dirname "$0")" && pwd)
source_tree=$(cd "$here/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=lib/isolate.bash
. "$here/lib/isolate.bash"

die() {
    echo "run.sh: $1" >&2
    exit 2
}

[ "$(id -u)" = 0 ] || die "containers and namespaces need root here"
build=${1:-$source_tree/build/san}
[ $# -eq 0 ] || shift
build=$(cd "$build" 2>/dev/null && pwd) || die "no such folder: build with \"make e2e\""
[ -x "$build/coracled" ] || die "$build/coracled is missing: make e2e"

export ENGINE=${ENGINE:-coracle} BUILD=$build E2E=$here SOURCE_TREE=$source_tree
export E2E_OUT=${E2E_OUT:-$source_tree/build/e2e}
export CORACLE_PEERS=${CORACLE_PEERS:-$source_tree/build/peers}
WORK=$(mktemp -d /tmp/coracle-e2e.XXXXXX) || die "no folder below /tmp"
export WORK
touch "$WORK/in-use" # below the mount: who removes empty folders takes mounts in other namespaces away with them
export E2E_JOBS=${E2E_JOBS:-$(nproc)}
mkdir -p "$E2E_OUT"
# Inside there is no way to a registry of packages.
node=$here/clients/node
[ -d "$node/node_modules" ] || npm ci --prefix "$node" --omit=optional --ignore-scripts --no-fund --no-audit >"$E2E_OUT/npm.log" 2>&1 || echo "run.sh: no dockerode, no testcontainers: see $E2E_OUT/npm.log"

isolate_run "$here/lib/suite.bash" "$@"
code=$?
rm -f "$WORK/in-use"
rmdir "$WORK" || code=1
exit $code
