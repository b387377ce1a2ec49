load "$E2E/lib/e2e"

@test "info tells about the machine" {
    api GET /libpod/info
    [ "$status" = 200 ]
    json '.host.cpus == $cpus' --argjson cpus "$(nproc)"
    json '.host.kernel == $kernel and .host.os == "linux"' --arg kernel "$(uname -r)"
    json '.host.memTotal == $kib * 1024' --argjson kib "$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)"
    json '.host.cgroupVersion == $version' --arg version "$([ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ] && echo v2 || echo v1)"
    json '.host.hostname == $name' --arg name "$(hostname)"
}

@test "info tells about the helpers and the store" {
    api GET /libpod/info
    json '.host.ociRuntime.name == "crun" and (.host.ociRuntime.path | startswith("/"))'
    json '.host.conmon.path | startswith("/")'
    json '.host.networkBackend == "netavark"'
    json '.store.graphRoot == $work + "/root" and .store.graphDriverName == "overlay" and .store.runRoot == $work + "/runroot"' --arg work "$WORK"
    json '.store.imageStore.number >= 1'
    json '.version.APIVersion | length > 0'
}

@test "info counts containers by what they do" {
    api GET /libpod/info
    local before
    before=$(field .store.containerStore.number)
    start
    api GET /libpod/info
    json '.store.containerStore.running >= 1'
    json '.store.containerStore | .number == .running + .paused + .stopped'
    [ -n "$before" ]
}

@test "info tells of the distribution, the processors and the packages of helpers" {
    api GET /libpod/info
    json '.host.cpuUtilization | (.userPercent + .systemPercent + .idlePercent - 100 | fabs) < 0.1 and .idlePercent > 0'
    only_for coracle # podman's are another Debian's
    json '.host.distribution.codename == $name' --arg name "$(. /etc/os-release && echo "$VERSION_CODENAME")"
    json '.host.conmon.package == $package' --arg package "$(dpkg-query -W -f '${Package}_${Version}_${Architecture}' conmon)"
    json '[.host.ociRuntime.package, .host.networkBackendInfo.package, .host.networkBackendInfo.dns.package] | all(test("^[a-z-]+_[0-9]"))'
    json '.host.networkBackendInfo.defaultNetwork == "podman"'
    json '.host.remoteSocket == {path: ("unix://" + $socket), exists: true}' --arg socket "$DIRECT_SOCKET"
}

@test "emulators that the kernel has are listed as platforms" {
    only_for coracle # podman looks at what they match as well
    mount -t tmpfs none /proc/sys/fs/binfmt_misc
    echo enabled >/proc/sys/fs/binfmt_misc/qemu-aarch64
    echo disabled >/proc/sys/fs/binfmt_misc/qemu-s390x
    api GET /libpod/info
    umount /proc/sys/fs/binfmt_misc
    json '.host.emulatedArchitectures == ["linux/arm64"]'
}
