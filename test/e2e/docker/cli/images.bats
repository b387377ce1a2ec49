# Images by the docker command: version info images inspect history tag rmi load import events.
load "$E2E/lib/e2e"
load clients
load ../images/images

teardown_file() {
    remove_images
}

@test "version and info show the server" {
    check() {
        api GET /version
        [ "$(client version --format '{{.Server.Version}} {{.Server.APIVersion}}')" = "$(field .Version) $(field .ApiVersion)" ] || return 1
        run -0 client version
        [[ $output == *' Engine:'*'Experimental:'* ]] || return 1
        run -0 client info
        [[ $output == *'Server Version:'*'Swarm: inactive'*'Default Runtime:'* ]] || return 1
        [[ $output != *'not using the default seccomp profile'* ]] || return 1
        [ "$(client info --format '{{.OSType}} {{.NCPU}}')" = "linux $(nproc)" ]
    }
    with_each_client check
}

@test "images, inspect, history, tag and rmi" {
    check() {
        fresh_image 'message=said&changes=CMD%20["x"]' || return 1
        local hex=${id#sha256:}
        [ "$(client images --format '{{.Repository}} {{.Tag}} {{.ID}}' "$image")" = "$image latest ${hex:0:12}" ] || return 1
        [ "$(client images -q --no-trunc "$image")" = "$id" ] || return 1
        [ "$(client image inspect --format '{{.Id}} {{.Comment}} {{json .Config.Cmd}}' "$image")" = "$id said [\"x\"]" ] || return 1
        [ "$(client inspect --type image --format '{{.Id}}' "${hex:0:10}")" = "$id" ] || return 1
        [ "$(client history --no-trunc --format '{{.ID}} {{.Comment}}' "$image")" = "$id said" ] || return 1
        client tag "$image" "$image:more" || return 1
        run -0 client rmi "$image:more"
        [ "${lines[0]}" = "Untagged: $image:more" ] || return 1
        run -0 client rmi "$image"
        [[ $output == *"Untagged: $image:latest"*"Deleted: $id"* ]] || return 1
        run -1 client rmi "$image"
        [[ $output == *"No such image: $image"* ]]
    }
    with_each_client check
}

@test "images without a name are shown as none, and can be chosen" {
    check() {
        fresh_image || return 1
        local first=$id hex=${id#sha256:} name=$image
        fresh_image || return 1
        client tag "$image" "$name" || return 1
        run -0 client images --filter dangling=true --format '{{.Repository}} {{.Tag}} {{.ID}}'
        [[ $output == *"<none> <none> ${hex:0:12}"* ]] || return 1
        run -0 client images --filter dangling=false --format '{{.ID}}'
        [[ $output != *"${hex:0:12}"* ]] || return 1
        client rmi "$first"
    }
    with_each_client check
}

@test "load tells what it loaded, and fails on what is no image" {
    check() {
        fresh_image_name
        fresh_rootfs
        python3 "$E2E/lib/archive.py" "$rootfs" "$BATS_TEST_TMPDIR/archive" "$image:1" || return 1
        [ "$(client load <"$BATS_TEST_TMPDIR/archive")" = "Loaded image: $image:1" ] || return 1
        run -1 client load <<<garbage
        [ -n "$output" ]
    }
    with_each_client check
}

@test "import makes an image of a root file system" {
    check() {
        fresh_image_name
        fresh_rootfs
        run -0 client import -c 'ENV A=b' -m said - "$image:1" <"$rootfs"
        [[ $output == sha256:* ]] || return 1
        [ "$(client inspect --format '{{.Comment}} {{.Config.Env}}' "$image:1")" = "said [A=b]" ]
    }
    with_each_client check
}

@test "events shows what happened" {
    check() {
        local since
        since=$(date +%s.%N)
        fresh_image || return 1
        client tag "$image" "$image:e" || return 1
        run -0 client events --since "$since" --until "$(date +%s.%N)" --filter "image=$image" --format '{{.Action}} {{.Actor.Attributes.name}}'
        [[ $output == *"tag $image:e"* ]]
    }
    with_each_client check
}
