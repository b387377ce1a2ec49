# What a run may not leave behind. Sourced by suite.bash; the namespaces make sure that all we see is ours.

leaks_cgroups() { # all but the empty parents that engines keep
    local roots parents='/(coracle|libpod_parent|docker|runner)$|/(coracle|libpod_parent)/conmon$'
    mapfile -t roots < <(awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts | grep '^/sys/fs/cgroup' | sort -u)
    [ ${#roots[@]} -eq 0 ] || find "${roots[@]}" -mindepth 1 -type d 2>/dev/null | grep -vE "$parents" | sort -u
}

leaks_mounts() {
    awk '{ print $5, $(NF - 2) }' /proc/self/mountinfo | grep -vE "^$WORK/peers" | sort
}

leaks_links() { # interfaces; bridges too, for they go with their last container
    ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/\1/' | sort
}

leaks_names() { # named network namespaces
    find /run/netns "$WORK/runroot" "$WORK/root" -path '*netns*' -type f 2>/dev/null | sort
}

leaks_processes() { # all but this run's own; a kernel thread has no command line
    local dir pid command
    for dir in /proc/[0-9]*; do
        pid=${dir#/proc/}
        command=$(tr '\0' ' ' 2>/dev/null <"$dir/cmdline") || continue
        case " $$ $BASHPID ${engine-} ${recorder-} " in *" $pid "*) continue ;; esac
        [ -z "$command" ] || echo "$pid $command"
    done
}

leaks_snapshot() { # WHAT
    "leaks_$1" >"$WORK/leaks.$1.$2"
}

leaks_before() {
    local what
    for what in cgroups links; do
        leaks_snapshot $what before
    done
    leaks_mounts >"$WORK/leaks.mounts.before"
}

# Containers that tests did not remove are the tests' fault; they go now, so that the rest shows the engine's.
leaks_containers() {
    local left id place=/v5.0.0/libpod/containers
    [ "$ENGINE" != dockerd ] || place=/containers
    left=$(curl -sS --max-time 30 --unix-socket "$SOCKET" "http://e2e$place/json?all=true" 2>/dev/null | jq -r '.[]? | .Id + " " + (.Names | join(","))' 2>/dev/null)
    [ -n "$left" ] || return 0
    fault "tests left containers" "$left"
    for id in $(printf '%s\n' "$left" | cut -d' ' -f1); do
        curl -sS -o /dev/null --max-time 60 --unix-socket "$SOCKET" -X DELETE "http://e2e$place/$id?force=true&v=true"
    done
}

leaks_registries() { # what registry() of e2e.bash started
    local file
    for file in "$WORK"/registry/*/pid; do
        [ -s "$file" ] && kill "$(cat "$file")" 2>/dev/null
    done
}

leaks_compare() { # WHAT: what there is now and was not before; a moment is given to what ends in the background
    local what=$1 deadline=$((SECONDS + 10)) more
    while :; do
        leaks_snapshot "$what" after
        more=$(comm -13 "$WORK/leaks.$what.before" "$WORK/leaks.$what.after")
        [ -n "$more" ] && [ "$SECONDS" -lt "$deadline" ] || break
        sleep 0.2
    done
    [ -z "$more" ] || fault "$what left behind" "$more"
}

leaks_after() {
    local what
    leaks_registries
    : >"$WORK/leaks.names.before"
    : >"$WORK/leaks.processes.before"
    [ -e "$WORK/leaks.links.before" ] || return 0
    for what in processes cgroups mounts links names; do
        leaks_compare $what
    done
}
