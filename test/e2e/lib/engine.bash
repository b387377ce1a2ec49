# The engine under test: coracled behind the recorder, or a peer out of the Debian 13 tree. Sourced by suite.bash.

# What the sanitizers say lands beside the server's log, also what short-lived programs of the engine say.
engine_sanitizers() {
    local path=$WORK/sanitizer/report
    mkdir -p "$WORK/sanitizer"
    chmod 1777 "$WORK/sanitizer"
    export ASAN_OPTIONS=detect_leaks=1:log_path=$path UBSAN_OPTIONS=print_stacktrace=1:log_path=$path
    export LSAN_OPTIONS=print_suppressions=0
}

# Starts coracled again when it dies, so that one crash fails its own tests and not all that follow.
engine_keep_coracled() {
    local code
    while :; do
        "$BUILD/coracled" --root "$WORK/root" --runroot "$WORK/runroot" --log-level info \
            --metrics --listen "unix://$DIRECT_SOCKET" >>"$server_log" 2>&1 </dev/null 3>&- &
        echo $! >"$WORK/server.pid"
        wait $!
        code=$?
        [ ! -e "$WORK/stopping" ] || exit $code
        echo "coracled ended with $code" | tee -a "$server_log" >>"$WORK/deaths"
    done
}

engine_start_coracle() {
    engine_sanitizers
    engine_keep_coracled &
    engine=$!
    python3 "$E2E/lib/recorder.py" --listen "$SOCKET" --to "$DIRECT_SOCKET" --log "$E2E_OUT/exchanges.jsonl" >>"$server_log" 2>&1 &
    recorder=$!
}

engine_start_podman() {
    chroot "$CORACLE_PEERS" podman --root "$WORK/root" --runroot "$WORK/runroot" --cgroup-manager cgroupfs \
        --events-backend file system service --time 0 "unix://$SOCKET" >>"$server_log" 2>&1 </dev/null &
    engine=$!
}

# It unpacks images in a chroot of its own, for which its root has to be a mount.
engine_start_dockerd() {
    mkdir -p "$CORACLE_PEERS/etc/docker" "$CORACLE_PEERS/run/old"
    # shellcheck disable=SC2016
    unshare --mount --propagation private bash -c 'mount --rbind "$0" "$0" && cd "$0" && pivot_root . run/old && cd / &&
        umount -l /run/old && exec dockerd "$@"' "$CORACLE_PEERS" --host "unix://$SOCKET" --data-root "$WORK/root" \
        --exec-root "$WORK/runroot" --pidfile "$WORK/dockerd.pid" --userland-proxy=false >>"$server_log" 2>&1 </dev/null &
    engine=$!
}

engine_insecure_registry() { # the loopback registry speaks plain HTTP
    local tree
    for tree in "" "$CORACLE_PEERS"; do
        [ -d "$tree/etc/containers" ] || continue
        [ -s "$tree/etc/containers/policy.json" ] || echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$tree/etc/containers/policy.json"
        mkdir -p "$tree/etc/containers/registries.conf.d"
        printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$REGISTRY" >"$tree/etc/containers/registries.conf.d/900-e2e.conf"
    done
    echo 'unqualified-search-registries = ["docker.io"]' >/etc/containers/registries.conf.d/901-e2e.conf
}

engine_answers() {
    [ "$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 --unix-socket "$SOCKET" http://e2e/_ping)" = 200 ]
}

engine_start() {
    engine="" recorder=""
    engine_insecure_registry
    case $ENGINE in
        coracle) engine_start_coracle ;;
        podman) engine_start_podman ;;
        dockerd) engine_start_dockerd ;;
        *) echo "run.sh: ENGINE=$ENGINE: expected coracle, podman or dockerd" >&2; return 1 ;;
    esac
    local deadline=$((SECONDS + 60))
    until engine_answers; do
        [ "$SECONDS" -lt "$deadline" ] && kill -0 "$engine" 2>/dev/null && [ ! -s "$WORK/deaths" ] || return 1
        sleep 0.1
    done
}

engine_load_image() {
    "$SOURCE_TREE/contrib/default-image.sh" >"$WORK/rootfs.tar" &&
        python3 "$E2E/lib/archive.py" "$WORK/rootfs.tar" "$IMAGE_ARCHIVE" "$IMAGE" || return 1
    local path=/images/load answer
    [ "$ENGINE" = dockerd ] || path=/v5.0.0/libpod/images/load
    answer=$(curl -sS --fail-with-body --unix-socket "$SOCKET" -H 'Content-Type: application/x-tar' \
        -T "$IMAGE_ARCHIVE" -X POST "http://e2e$path" 2>&1) || { echo "loading the image: $answer" >>"$server_log"; return 1; }
}

engine_stop() {
    touch "$WORK/stopping"
    local pid code=0 deadline=$((SECONDS + 30))
    [ -n "$engine" ] || return 0
    pid=$engine
    [ ! -s "$WORK/server.pid" ] || pid=$(cat "$WORK/server.pid")
    kill -TERM "$pid" 2>/dev/null
    while kill -0 "$engine" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.1; done
    if kill -0 "$engine" 2>/dev/null; then
        fault "the server did not end within 30 s of SIGTERM"
        kill -KILL "$pid" "$engine" 2>/dev/null
    fi
    wait "$engine" || code=$?
    [ $code -eq 0 ] || fault "the server ended with $code on SIGTERM"
    [ -z "$recorder" ] || { kill "$recorder" && wait "$recorder"; } 2>/dev/null
}

engine_judge() { # what is wrong although the tests may have passed
    local report
    [ ! -s "$WORK/deaths" ] || fault "the server died during the tests" "$(cat "$WORK/deaths"; tail -n 20 "$server_log")"
    for report in "$WORK"/sanitizer/report.*; do
        [ -s "$report" ] || continue
        cp "$report" "$E2E_OUT/"
        fault "a sanitizer complained: $E2E_OUT/${report##*/}" "$(head -n 40 "$report")"
    done
}
