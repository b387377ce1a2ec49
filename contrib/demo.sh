#!/bin/sh
# A container through the API, with nothing but curl: contrib/demo.sh BUILD
# Everything happens in a private root that is removed at the end.
set -eu
build=${1:-build}
here=$(dirname "$0")
[ "$(id -u)" = 0 ] || { echo "demo.sh: containers need root here: run it with sudo" >&2; exit 1; }

work=$(mktemp -d /tmp/coracle-demo.XXXXXX)
socket=$work/coracle.sock
server=

cleanup() {
    code=$?
    [ -z "$container" ] || curl -s --unix-socket "$socket" -X DELETE "http://coracle/containers/$container?force=1" >/dev/null || :
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || :
        wait "$server" 2>/dev/null || :
    fi
    if [ $code -ne 0 ]; then
        echo "--- the server's log:" >&2
        cat "$work/log" >&2 || :
    fi
    awk -v w="$work/" 'index($2, w) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount "$mount"; done
    rm -rf "$work"
    exit $code
}
container=
trap cleanup EXIT
trap 'exit 130' INT TERM

quoted() { # WORDS: as a shell would read them again
    for word; do
        case $word in
            *[!A-Za-z0-9_./:=@%-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
}

call() { # METHOD PATH [curl options]: prints the call, then the answer
    method=$1 path=$2
    shift 2
    echo "\$ curl --unix-socket coracle.sock -X $method$(quoted "$@" "http://coracle$path")" >&2
    curl -sS --fail-with-body --unix-socket "$socket" -X "$method" "$@" "http://coracle$path"
}

"$build/coracled" --root "$work/root" --runroot "$work/run" --listen "unix://$socket" 2>"$work/log" &
server=$!
while ! curl -s -o "$work/ping" --unix-socket "$socket" http://coracle/_ping; do
    kill -0 "$server" 2>/dev/null || exit 1
done

echo "== the server answers"
call GET /_ping; echo
call GET /version; echo
echo "== the default image, made from busybox-static"
"$here/default-image.sh" >"$work/rootfs.tar"
call POST '/images/create?fromSrc=-&repo=coracle/default&tag=latest' -H 'Content-Type: application/x-tar' -T "$work/rootfs.tar"; echo
echo "== a container"
call POST '/containers/create?name=demo' -H 'Content-Type: application/json' \
    -d '{"Image":"coracle/default","Cmd":["echo","hello from a container"],"HostConfig":{"NetworkMode":"none"}}' >"$work/created"
cat "$work/created"; echo
container=$(sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p' "$work/created")
call POST "/containers/$container/start"
call POST "/containers/$container/wait" >"$work/waited"
cat "$work/waited"; echo
call GET "/containers/$container/logs?stdout=1" | tail -c +9 | tee "$work/logs"
call DELETE "/containers/$container"
container=
grep -q 'hello from a container' "$work/logs" && grep -q '"StatusCode":0' "$work/waited"
echo "== done: created, started, waited for, read and removed"
