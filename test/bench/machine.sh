#!/bin/sh
# What a machine of its own has, made inside fresh mount, network and cgroup namespaces: machine.sh ROOT WORK
# ROOT is "" or a tree to chroot into; WORK is seen there under the same name. Stays until it is killed.
set -eu
root=$1 work=$2

ip link set lo up
if [ -n "$root" ]; then
    mount --rbind "$root" "$root" # engines remount what is their root
    mount -t tmpfs tmpfs "$root/tmp"
    mkdir -p "$root$work"
    mount --bind "$work" "$root$work"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
fi
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/lock"
mount -t sysfs sysfs "$root/sys"

# The hierarchies that the machine has, each with this namespace's root on top.
groups=$root/sys/fs/cgroup
if grep -q '^[1-9]' /proc/self/cgroup; then
    mount -t tmpfs -o mode=755 cgroup "$groups"
    while IFS=: read -r number controllers _; do
        case $number:$controllers in
            0:) name=unified ;;
            *) name=${controllers#name=} ;;
        esac
        mkdir "$groups/$name"
        case $controllers in
            '') mount -t cgroup2 cgroup2 "$groups/$name" ;;
            name=*) mount -t cgroup -o "none,$controllers" cgroup "$groups/$name" ;;
            *) mount -t cgroup -o "$controllers" cgroup "$groups/$name" ;;
        esac
    done </proc/self/cgroup
else
    mount -t cgroup2 cgroup2 "$groups"
fi

echo ready
exec chroot "${root:-/}" sleep infinity
