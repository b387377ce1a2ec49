load "$E2E/lib/e2e"

where() {
    api GET /libpod/containers/showmounted
    [ "$status" = 200 ]
    field ".\"$ctr\" // \"\""
}

@test "a root is mounted as often as it is asked for" {
    create
    [ -z "$(where)" ]
    api POST "/libpod/containers/$ctr/mount"
    [ "$status" = 200 ]
    path=$(field .)
    [ "$(where)" = "$path" ]
    [ -x "$path/bin/busybox" ]
    echo written >"$path/tmp/file"
    api POST "/libpod/containers/$ctr/mount"
    [ "$(field .)" = "$path" ]
    api POST "/libpod/containers/$ctr/unmount"
    [ "$status" = 204 ]
    [ "$(where)" = "$path" ]
    api POST "/libpod/containers/$ctr/unmount"
    [ "$status" = 204 ]
    [ -z "$(where)" ]
    ! grep -qF "$path " /proc/self/mountinfo
    api POST "/libpod/containers/$ctr/unmount"
    refused 409 'not mounted'
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    api GET "/libpod/containers/$ctr/archive?path=/tmp/file"
    [ "$status" = 200 ] || [ "$ENGINE" = podman ]
}

@test "a root stays mounted when its container ends, and ends with the container" {
    start
    [ -n "$(where)" ]
    api POST "/libpod/containers/$ctr/unmount"
    refused 409 running
    api POST "/libpod/containers/$ctr/mount"
    path=$(field .)
    api POST "/libpod/containers/$ctr/stop"
    [ "$(where)" = "$path" ]
    [ -x "$path/bin/busybox" ]
    api DELETE "/libpod/containers/$ctr?force=true"
    [ "$status" = 200 ]
    [ -z "$(where)" ]
    ! grep -qF "$path " /proc/self/mountinfo
}

@test "a missing container is a 404 that names it" {
    api POST /libpod/containers/nosuch/mount
    refused 404 nosuch
    api POST /libpod/containers/nosuch/unmount
    refused 404 nosuch
}
