# Calls by hand, and what reads their replies.
# shellcheck disable=SC2034 # replies is for the tests

# Sends messages over one connection, each with its NUL, waits for as many replies and for what else comes: one line each
# in $replies.
messages() { # COUNT JSON...
    local count=$1
    shift
    replies=$(python3 - "$DIRECT_SOCKET" "$count" "$@" <<'EOP'
import socket
import sys

path, count, *calls = sys.argv[1:]
peer = socket.socket(socket.AF_UNIX)
peer.settimeout(20)
peer.connect(path)
peer.sendall(b"".join(call.encode() + b"\0" for call in calls))
got = b""
while got.count(b"\0") < int(count):
    more = peer.recv(65536)
    if not more:
        break
    got += more
peer.shutdown(socket.SHUT_WR)
while more := peer.recv(65536):  # what comes besides
    got += more
sys.stdout.write(got.decode().replace("\0", "\n"))
EOP
    )
    echo "$replies"
}

replied() { # NUMBER FILTER: whether it is true of that reply, the first is 1
    sed -n "$1p" <<<"$replies" | jq -e "$2" >/dev/null || { echo "not true of reply $1: $2"; return 1; }
}
