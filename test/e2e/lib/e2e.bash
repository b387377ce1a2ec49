# What tests call: load "$E2E/lib/e2e" at the top of a file. See test/e2e/README.md.
# shellcheck disable=SC2034 # status, body and others are for the tests

bats_require_minimum_version 1.5.0
# shellcheck source=test/e2e/lib/clients.bash
. "$E2E/lib/clients.bash"

# ---- HTTP --------------------------------------------------------------------------------------------------------

api() { # METHOD PATH [curl options]: $status, $body; the raw bytes in $body_file, the headers in $headers_file
    local method=$1 path=$2 form=(-X "$1")
    shift 2
    body_file=$BATS_TEST_TMPDIR/body
    headers_file=$BATS_TEST_TMPDIR/headers
    : >"$body_file"
    [ "$method" != HEAD ] || form=(-I)
    case $ENGINE:$path in podman:/libpod/_ping) ;; podman:/libpod/*) path=/v5.0.0$path ;; esac # podman has them with a version alone
    status=$(curl -sS -g --max-time 120 --unix-socket "$SOCKET" "${form[@]}" -o "$body_file" -D "$headers_file" \
        -w '%{http_code}' "$@" "http://e2e$path" 2>"$BATS_TEST_TMPDIR/curl") || echo "curl: $(cat "$BATS_TEST_TMPDIR/curl")"
    body=$(tr -d '\0' <"$body_file")
    echo "$method $path: $status ${body:0:2000}" >&2 # bats shows it when the test fails
}

post() { # PATH JSON [curl options]: api POST with a body
    local path=$1 document=$2
    shift 2
    api POST "$path" -H 'Content-Type: application/json' --data-binary "$document" "$@"
}

json() { # FILTER [jq options]: whether the filter is true of the body; jq's own words when it is not
    local filter=$1
    shift
    jq -e "$@" "$filter" <<<"$body" >"$BATS_TEST_TMPDIR/jq" 2>&1 && return 0
    echo "not true: $filter"
    cat "$BATS_TEST_TMPDIR/jq"
    return 1
}

field() { # FILTER [jq options]: prints a value of the body
    local filter=$1
    shift
    jq -r "$@" "$filter" <<<"$body"
}

header() { # NAME: prints the value of a reply's header
    tr -d '\r' <"$headers_file" | awk -v name="${1,,}" -F': *' 'tolower($1) == name { sub(/^[^:]*: */, ""); print; exit }'
}

# A client's mistake, answered in the shape of its dialect with a message that names each TEXT. Peers refuse too, but in
# words of their own and often with 500.
refused() { # STATUS TEXT...
    local expected=$1 text
    shift
    if [ "$ENGINE" != coracle ]; then
        [ "$status" -ge 400 ]
        return
    fi
    [ "$status" = "$expected" ] || { echo "status $status, expected $expected"; return 1; }
    for text; do
        [[ $(field '.message') == *"$text"* ]] || { echo "the message does not name \"$text\": $body"; return 1; }
    done
}

quote() { # TEXT: as it stands in a query
    jq -rn --arg text "$1" '$text | @uri'
}

# Sends bytes as they are to the server itself, past the recorder, and prints what comes back until it closes or
# SECONDS have passed: raw 'GET /_ping HTTP/1.1\r\n…'
raw() { # TEXT [SECONDS]
    printf '%b' "$1" | timeout "${2:-10}" socat -t "${2:-10}" - "UNIX-CONNECT:$DIRECT_SOCKET"
}

# ---- streams -----------------------------------------------------------------------------------------------------

unframe() { # [out|err] <FILE: the payloads of a multiplexed stream, of both streams or of one
    python3 "$E2E/lib/unframe.py" "$@"
}

# Takes a connection over after the request, writes standard input to it, half-closes and prints what comes after the
# head until the end; the head is in $headers_file.
hijack() { # METHOD PATH [BODY]
    headers_file=$BATS_TEST_TMPDIR/hijacked
    local path=$2
    case $ENGINE:$path in podman:/libpod/*) path=/v5.0.0$path ;; esac
    python3 "$E2E/lib/hijack.py" "$SOCKET" "$headers_file" "$1" "$path" "${3-}"
}

# Runs a command on a terminal of its own. Steps are "expect TEXT", "send TEXT" (\r, \x10 and so on are bytes), "size ROWS
# COLUMNS"; what the terminal showed is printed, the command's exit code returned.
on_terminal() { # STEP... -- COMMAND...: a program or one of the clients
    local steps=()
    while [ "$1" != -- ]; do
        steps+=("$1")
        shift
    done
    shift
    # shellcheck disable=SC2016 # the inner shell's
    python3 "$E2E/lib/terminal.py" "${steps[@]}" -- bash -c '. "$E2E/lib/clients.bash" && "$@"' bash "$@"
}

# ---- waiting -----------------------------------------------------------------------------------------------------

wait_until() { # SECONDS COMMAND...: for what no event tells
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || { echo "not within the time: $*"; return 1; }
        sleep 0.05
    done
}

file_has() { # FILE TEXT
    grep -qF -- "$2" "$1"
}

# Starts a program or client in the background with its output in a file; $background is its pid. It ends with the test.
background() { # FILE COMMAND...
    local file=$1
    shift
    # a session of its own, to be ended as a whole
    # shellcheck disable=SC2016 # the inner shell's
    setsid bash -c '. "$E2E/lib/clients.bash" && "$@"' bash "$@" >"$file" 2>&1 </dev/null 3>&- &
    background=$!
    echo $background >>"$BATS_TEST_TMPDIR/background"
}

e2e_end_background() {
    local pid
    [ -s "$BATS_TEST_TMPDIR/background" ] || return 0
    while read -r pid; do
        kill -- "-$pid" 2>/dev/null || continue
        wait "$pid" 2>/dev/null || true
    done <"$BATS_TEST_TMPDIR/background"
}

hold() { # FILE: somebody else has its lock until the test ends, or e2e_end_background
    background "$BATS_TEST_TMPDIR/holder" python3 -c "
import fcntl, signal, sys
lock = open(sys.argv[1], 'r+')
fcntl.lockf(lock, fcntl.LOCK_EX)
print('held', flush=True)
signal.pause()" "$1"
    wait_until 20 file_has "$BATS_TEST_TMPDIR/holder" held
}

# ---- containers --------------------------------------------------------------------------------------------------

# shellcheck disable=SC2120 # the word is for the tests
fresh_name() { # [WORD]: $name: nobody else has it; a container of that name is removed after the file's tests
    name=${1:-t}-$BASHPID-$RANDOM$RANDOM
    echo "$name" >>"$WORK/names/$(e2e_file)"
}

forget_later() { # NAME|ID...: containers that the test did not name itself
    printf '%s\n' "$@" >>"$WORK/names/$(e2e_file)"
}

e2e_file() { # of the test: its name as one word
    local path=${BATS_TEST_FILENAME#"$E2E"/}
    echo "${path//\//.}"
}

# Makes a container: a name, the test image and `sleep infinity` unless the document says otherwise. Sets $name and $ctr.
create() { # [DOCUMENT: libpod's SpecGenerator]
    fresh_name
    local document
    document=$(jq -c -n --arg image "$IMAGE" --arg name "$name" --argjson more "${1:-{\}}" \
        '{image: $image, name: $name, command: ["sleep", "infinity"], netns: {nsmode: "none"}, stop_timeout: 1} + $more')
    name=$(jq -r .name <<<"$document")
    post /libpod/containers/create "$document"
    [ "$status" = 201 ] || return 1
    ctr=$(field .Id)
}

start() { # [DOCUMENT]: creates and starts
    create "$@" || return 1
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
}

run_to_its_end() {
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ] || return 1
    api POST "/libpod/containers/$ctr/wait"
}

# Runs it, and $output is what it has said in its life.
hear() {
    run_to_its_end || return 1
    api GET "/libpod/containers/$ctr/logs?stdout=true&stderr=true"
    output=$(unframe <"$body_file")
    echo "it said: $output"
}

output_of() { # DOCUMENT: $output is what such a container says
    create "$1" && hear
}

shell() { # SCRIPT [MORE]: a document that runs it
    jq -c -n --arg script "$1" --argjson more "${2:-{\}}" '{command: ["sh", "-c", $script]} + $more'
}

says() { # SCRIPT [MORE]: $output is what a container that runs it says
    output_of "$(shell "$@")"
}

# The same on the Docker surface.
docker_create() { # [DOCUMENT: body of containers/create]
    fresh_name
    local document
    document=$(jq -c -n --arg image "$IMAGE" --argjson more "${1:-{\}}" \
        '{Image: $image, Cmd: ["sleep", "infinity"], StopTimeout: 1, HostConfig: {NetworkMode: "none"}} * $more')
    post "/containers/create?name=$name" "$document"
    [ "$status" = 201 ] || return 1
    ctr=$(field .Id)
}

docker_start() { # [DOCUMENT]
    docker_create "$@" || return 1
    api POST "/containers/$ctr/start"
    [ "$status" = 204 ]
}

e2e_remove_containers() {
    local file place=/v5.0.0/libpod/containers
    file=$WORK/names/$(e2e_file)
    [ -s "$file" ] || return 0
    [ "$ENGINE" != dockerd ] || place=/containers
    sort -u "$file" | while read -r name; do
        curl -s -o /dev/null --max-time 60 --unix-socket "$SOCKET" -X DELETE "http://e2e$place/$name?force=true&v=true"
    done
    rm -f "$file"
}

# ---- networks ----------------------------------------------------------------------------------------------------

# Makes a network with a fresh name, which is removed after the file's tests: $net and $net_id.
network() { # [DOCUMENT: podman's Network]
    net=n-$BASHPID-$RANDOM$RANDOM
    local document
    document=$(jq -c -n --arg name "$net" --argjson more "${1:-{\}}" '{name: $name, dns_enabled: true} + $more')
    net=$(jq -r .name <<<"$document")
    forget_network "$net"
    post /libpod/networks/create "$document"
    [ "$status" = 200 ] || return 1
    net_id=$(field .id)
}

docker_network() { # [DOCUMENT: body of networks/create]
    net=n-$BASHPID-$RANDOM$RANDOM
    local document
    document=$(jq -c -n --arg name "$net" --argjson more "${1:-{\}}" '{Name: $name} + $more')
    net=$(jq -r .Name <<<"$document")
    forget_network "$net"
    post /networks/create "$document"
    [ "$status" = 201 ] || return 1
    net_id=$(field .Id)
}

forget_network() { # NAME: one that the test made itself
    mkdir -p "$WORK/networks"
    echo "$1" >>"$WORK/networks/$(e2e_file)"
}

e2e_remove_networks() {
    local file
    file=$WORK/networks/$(e2e_file)
    [ -s "$file" ] || return 0
    sort -u "$file" | while read -r net; do
        curl -s -o /dev/null --max-time 60 --unix-socket "$SOCKET" -X DELETE "http://e2e/networks/$net"
    done
    rm -f "$file"
}

# A file with set-ups of its own calls these in them.
teardown() {
    e2e_end_background
}

teardown_file() {
    e2e_remove_containers
    e2e_remove_networks
}

# ---- who can take part ------------------------------------------------------------------------------------------

need_peers() { # skips the test where there is no Debian 13 tree
    [ -x "$CORACLE_PEERS/usr/bin/podman-remote" ] || skip "no newer clients: contrib/peers.sh build/peers"
}

only_for() { # ENGINE...: what only these do, or do so
    local engine
    for engine; do
        [ "$engine" != "$ENGINE" ] || return 0
    done
    skip "not for $ENGINE"
}

# ---- a registry --------------------------------------------------------------------------------------------------

# A real one on loopback with the test image in it as $REGISTRY/busybox:latest; started when the first test asks.
registry() {
    (
        flock 9
        [ ! -e "$WORK/registry/plain/pid" ] || exit 0
        registry_serve plain "$REGISTRY" 9>&- || exit 1
        push_image "$REGISTRY/busybox:latest" || exit 1
    ) 9>"$WORK/registry.lock"
}

# Starts one more: registry_serve NAME HOST:PORT <<<"further lines of its http: section". Ends with the run.
registry_serve() { # NAME HOST:PORT
    local dir=$WORK/registry/$1
    mkdir -p "$dir/data"
    {
        printf 'version: 0.1\nlog: {level: warn}\nstorage: {filesystem: {rootdirectory: %s/data}, delete: {enabled: true}}\n' "$dir"
        printf 'http:\n  addr: %s\n' "$2"
        [ -t 0 ] || timeout 1 cat
    } >"$dir/config.yml"
    setsid /usr/bin/docker-registry serve "$dir/config.yml" >"$dir/log" 2>&1 </dev/null 3>&- &
    echo $! >"$dir/pid"
    wait_until 20 nc -z "${2%:*}" "${2##*:}"
}

push_image() { # REFERENCE [skopeo options]: the test image
    local reference=$1
    shift
    skopeo copy -q --dest-tls-verify=false "$@" "docker-archive:$IMAGE_ARCHIVE" "docker://$reference"
}
