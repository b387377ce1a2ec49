load "$E2E/lib/e2e"

make_with() { # DOCUMENT: not removed unless made
    fresh_name
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" --arg name "$name" --argjson more "$1" \
        '{image: $image, name: $name, command: ["true"], netns: {nsmode: "none"}} + $more')"
}

@test "unsetenv takes a default variable away, unsetenvall all of them" {
    says 'env' '{"unsetenv":["container"],"env":{"A":"b"}}'
    [[ $output == *A=b* && $output == *HOSTNAME=* && $output != *container=* ]]
    says 'env' '{"unsetenvall":true,"env":{"A":"b"},"command":["/bin/sh","-c","/bin/env"]}'
    [[ $output == *A=b* && $output != *container=* ]]
}

@test "envmerge puts values of the image's environment into new ones" {
    says 'echo $LONGER' '{"envmerge":["LONGER=/opt:${PATH}:$PATH."]}'
    [[ $output == /opt:*/bin:*/bin. ]]
    only_for coracle
    make_with '{"envmerge":["X=${PATH"]}'
    refused 400 envmerge
    make_with '{"envmerge":["justaname"]}'
    refused 400 envmerge justaname
}

@test "env_host gives the server's environment, below the container's own" {
    says 'env' '{"env_host":true,"env":{"PWD":"/mine"}}'
    local without=${#output}
    says 'env' '{"env":{"PWD":"/mine"}}'
    [ "$without" -gt "${#output}" ]
}

@test "paths are masked and unmasked, by pattern too" {
    says 'ls /proc/bus >/dev/null 2>&1 && ls /proc/bus | wc -l; cat /proc/keys 2>/dev/null | wc -l' '{"mask":["/proc/bus:/proc/uptime"]}'
    [ "${lines[0]:-${output%%$'\n'*}}" = 0 ]
    says 'grep -c " /proc/sys .*ro," /proc/self/mountinfo; grep -c " /proc/acpi " /proc/self/mountinfo' '{"unmask":["ALL"]}'
    [ "$output" = $'0\n0' ]
    says 'grep -c " /proc/s[a-z-]* " /proc/self/mountinfo; grep -c " /proc/irq " /proc/self/mountinfo' '{"unmask":["/proc/s*"]}'
    [ "$output" = $'0\n1' ]
    only_for coracle
    make_with '{"mask":["relative"]}'
    refused 400 mask relative
    make_with '{"unmask":["relative"]}'
    refused 400 unmask relative
}

@test "/proc is mounted with the options asked for" {
    says 'grep " /proc proc " /proc/mounts' '{"procfs_opts":["hidepid=2"]}'
    [[ $output == *hidepid=invisible* || $output == *hidepid=2* ]]
    only_for coracle
    make_with '{"procfs_opts":["bind"]}'
    refused 400 procfs_opts bind
}

@test "a personality changes what uname says of the machine" {
    local machine
    machine=$(setarch linux32 uname -m)
    says 'uname -m' '{"personality":{"domain":"LINUX32"}}'
    [ "$output" = "$machine" ]
    make_with '{"personality":{"domain":"BEOS"}}'
    refused 400 BEOS
    only_for coracle
    make_with '{"personality":{"domain":"LINUX","flags":["NOPE"]}}'
    refused 400 NOPE
}

@test "the init may be another program" {
    make_with '{"init":true,"init_path":"/nosuch/init"}'
    refused 400 init_path /nosuch/init
    local init
    init=$(command -v catatonit)
    cp "$init" "$BATS_TEST_TMPDIR/another"
    says 'readlink /proc/1/exe; cat /proc/1/mountinfo | grep init' "{\"init\":true,\"init_path\":\"$BATS_TEST_TMPDIR/another\"}"
    [[ $output == *another* ]]
}

@test "groups of the server's own are not for root's containers" {
    only_for coracle
    make_with '{"groups":["keep-groups"]}'
    refused 400 groups keep-groups
}

@test "SELinux options that are some are taken, others are refused" {
    make_with '{"selinux_opts":["disable"]}'
    [ "$status" = 201 ]
    [ -e /sys/fs/selinux/enforce ] || make_with '{"selinux_opts":["type:spc_t","level:s0:c1,c2"]}'
    [ "$status" = 201 ]
    make_with '{"selinux_opts":["colour:red"]}'
    refused 400 selinux_opts colour:red
}

@test "an AppArmor profile is refused where there is no AppArmor" {
    [ ! -e /sys/module/apparmor/parameters/enabled ] || skip "this machine has AppArmor"
    make_with '{"apparmor_profile":"mine"}'
    refused 400 apparmor mine
    make_with '{"apparmor_profile":"unconfined"}'
    [ "$status" = 201 ]
}

@test "an image for another platform is refused" {
    make_with '{"image_arch":"s390x"}'
    refused 404 s390x
    make_with '{"image_os":"linux"}'
    [ "$status" = 201 ]
}

@test "/etc/hosts begins with a file of the server's, or with nothing" {
    printf '10.9.8.7 somewhere.example\n127.0.0.1 localhost\n' >"$WORK/base-hosts"
    says 'cat /etc/hosts' "{\"base_hosts_file\":\"$WORK/base-hosts\",\"netns\":{\"nsmode\":\"private\"}}"
    [[ $output == *somewhere.example* ]]
    says 'cat /etc/hosts' '{"base_hosts_file":"none","netns":{"nsmode":"private"}}'
    [[ $output != *somewhere.example* ]]
    only_for coracle
    make_with '{"base_hosts_file":"/nosuch/hosts"}'
    refused 400 base_hosts_file /nosuch/hosts
}

@test "the root's propagation is what was asked for" {
    says 'grep " / / " /proc/self/mountinfo' '{"rootfs_propagation":"private"}'
    [[ $output != *shared:* && $output != *master:* ]]
    make_with '{"rootfs_propagation":"sideways"}'
    refused 400 sideways
}

@test "supplementary groups, time zone and the OOM score are the process's" {
    says 'id -G; cat /proc/self/oom_score_adj' '{"groups":["1234","5678"],"oom_score_adj":321}'
    [[ ${output%%$'\n'*} == *1234*5678* && ${output##*$'\n'} = 321 ]]
    [ -e /usr/share/zoneinfo/Asia/Tokyo ] || skip "no time zones"
    says 'readlink -f /etc/localtime; md5sum </etc/localtime' '{"timezone":"Asia/Tokyo"}'
    [[ $output == *"$(md5sum </usr/share/zoneinfo/Asia/Tokyo)"* ]]
}
