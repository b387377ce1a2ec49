# Namespaces for a run: mount, net, pid and cgroup. What the run starts cannot outlive it, and what it leaves is seen.
# Sourced by run.sh.

isolate_v1_mounts() { # "MOUNTPOINT OPTIONS" of each cgroup v1 hierarchy
    awk '$3 == "cgroup" && $2 ~ "^/sys/fs/cgroup/" { print $2, $4 }' /proc/mounts | sort -u
}

isolate_v2_mount() {
    awk '$3 == "cgroup2" && $2 ~ "^/sys/fs/cgroup" { print $2 }' /proc/mounts | head -n 1
}

isolate_cgroup_of() { # PID MOUNTPOINT OPTIONS|v2: where a process is in a hierarchy
    local pid=$1 mountpoint=$2 options=$3 number names path
    while IFS=: read -r number names path; do
        if [ "$options" = v2 ]; then
            [ "$number" = 0 ] || continue
        else
            [ -n "$names" ] || continue
            case ",$options," in *",$names,"*) ;; *) continue ;; esac
        fi
        [ "$path" = / ] && path=
        echo "$mountpoint$path"
        return 0
    done <"/proc/$pid/cgroup"
    return 1
}

isolate_cgroup_dirs() { # NAME: the run's own cgroup in each hierarchy, whether it exists or not
    local name=$1 mountpoint options parent
    isolate_v1_mounts | while read -r mountpoint options; do
        parent=$(isolate_cgroup_of $$ "$mountpoint" "$options") && echo "$parent/$name"
    done
    mountpoint=$(isolate_v2_mount)
    [ -z "$mountpoint" ] || { parent=$(isolate_cgroup_of $$ "$mountpoint" v2) && echo "$parent/$name"; }
}

isolate_make_cgroups() { # DIR...
    local dir file
    for dir; do
        mkdir "$dir" 2>/dev/null || return 1
        for file in cpuset.cpus cpuset.mems; do # empty in a new v1 cgroup, and then nobody may enter
            [ ! -e "$dir/$file" ] || [ -e "$dir/cgroup.controllers" ] || cat "$dir/../$file" >"$dir/$file" || return 1
        done
    done
}

isolate_remove_cgroups() { # DIR...
    local dir deadline=$((SECONDS + 10))
    for dir; do
        [ -d "$dir" ] || continue
        until find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null; do # busy until the last process is gone
            [ "$SECONDS" -lt "$deadline" ] || break
        done
    done
}

# Runs a script as the first process of new namespaces. The cgroup namespace is left out where the machine gives us no
# cgroup to begin with; the suite then tells its cgroups from others' by comparing.
isolate_run() { # SCRIPT ARGUMENTS...
    local name=coracle-e2e-$$ dirs code=0 child
    mapfile -t dirs < <(isolate_cgroup_dirs "$name")
    export E2E_CGROUPS=
    if [ ${#dirs[@]} -gt 0 ] && isolate_make_cgroups "${dirs[@]}"; then
        E2E_CGROUPS=$name
    fi
    (
        if [ -n "$E2E_CGROUPS" ]; then
            for dir in "${dirs[@]}"; do
                echo $BASHPID >"$dir/cgroup.procs" || exit 2
            done
        fi
        exec unshare --mount --net --pid ${E2E_CGROUPS:+--cgroup} --fork --kill-child --mount-proc --propagation private \
            bash "$@"
    ) &
    child=$!
    trap 'kill "$child" 2>/dev/null' INT TERM HUP
    wait $child
    code=$?
    kill -0 $child 2>/dev/null && { kill -9 $child; wait $child; code=130; }
    trap - INT TERM HUP
    isolate_remove_cgroups "${dirs[@]}"
    return $code
}

# ---- inside ------------------------------------------------------------------------------------------------------

isolate_mount_cgroups() { # the hierarchies as seen from our own cgroup
    local mountpoint options
    isolate_v1_mounts | while read -r mountpoint options; do
        options=$(printf %s "$options" | tr , '\n' | grep -vxE 'rw|ro|nosuid|nodev|noexec|relatime|release_agent=.*' | paste -sd,)
        case $options in name=*) options=none,$options ;; esac
        # the kernel refuses the same hierarchy on top of itself
        umount "$mountpoint" && mount -t cgroup -o "$options" cgroup "$mountpoint" || return 1
    done || return 1
    mountpoint=$(isolate_v2_mount)
    [ -n "$mountpoint" ] || return 0
    umount "$mountpoint" && mount -t cgroup2 cgroup2 "$mountpoint" || return 1
    [ -e "$mountpoint/memory.max" ] || [ "$mountpoint" = /sys/fs/cgroup ] || return 0
    # the kernel wants processes in leaves alone
    mkdir "$mountpoint/runner" && echo $$ >"$mountpoint/runner/cgroup.procs"
}

isolate_mount_hugetlb() { # crun wants every v1 controller the kernel has; some machines leave this one out
    [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ] || return 0
    awk '$1 == "hugetlb" && $4 == 1 { found = 1 } END { exit !found }' /proc/cgroups || return 0
    isolate_v1_mounts | grep -q '[ ,]hugetlb' && return 0
    mkdir -p /sys/fs/cgroup/hugetlb 2>/dev/null || {
        echo "note: no place for a hugetlb hierarchy; crun may refuse to start containers" >&2
        return 0
    }
    mount -t cgroup -o hugetlb cgroup /sys/fs/cgroup/hugetlb 2>/dev/null ||
        echo "note: the hugetlb hierarchy cannot be mounted; crun may refuse to start containers" >&2
}

isolate_mount_private() { # DIR...: an empty one of our own over each
    local dir
    for dir; do
        mkdir -p "$dir"
        mount -t tmpfs -o mode=755 tmpfs "$dir" || return 1
    done
}

isolate_copy_private() { # DIR...: the same content, and changes of our own
    local dir
    for dir; do
        mkdir -p "$dir" "$WORK/copy"
        cp -a "$dir/." "$WORK/copy/"
        mount -t tmpfs -o mode=755 tmpfs "$dir" || return 1
        cp -a "$WORK/copy/." "$dir/"
        rm -rf "$WORK/copy"
    done
}

isolate_enter_peers() { # the tree with newer clients sees our sockets, devices and processes
    [ -x "$CORACLE_PEERS/usr/bin/podman-remote" ] || return 0
    local dir
    # a mount point of its own: engines in there remount their root
    mount --bind "$CORACLE_PEERS" "$CORACLE_PEERS" || return 1
    isolate_mount_private "$CORACLE_PEERS/tmp" "$CORACLE_PEERS/run" "$CORACLE_PEERS/var/tmp" || return 1
    mount -t proc proc "$CORACLE_PEERS/proc" || return 1
    for dir in /sys /dev; do
        mount --rbind "$dir" "$CORACLE_PEERS$dir" || return 1
    done
    mkdir -p "$CORACLE_PEERS$WORK"
    mount --rbind "$WORK" "$CORACLE_PEERS$WORK" || return 1
    isolate_copy_private "$CORACLE_PEERS/etc/containers"
}

isolate_prepare() {
    ip link set lo up || return 1
    mount -t tmpfs -o mode=755 tmpfs "$WORK" || return 1
    [ -z "$E2E_CGROUPS" ] || isolate_mount_cgroups || return 1
    isolate_mount_hugetlb
    # /run has the engines' lock and state files, also those that no option moves
    isolate_mount_private /run && mkdir -p /run/netns /run/lock || return 1
    isolate_copy_private /etc/containers || return 1
    isolate_enter_peers
}
