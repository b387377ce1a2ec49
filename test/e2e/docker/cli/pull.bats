# Pulls by the docker command, and login.
load "$E2E/lib/e2e"
load clients
load ../images/images

teardown_file() {
    remove_images
}

@test "pull shows layers, digest and status, then that it is up to date" {
    check() {
        fresh_remote || return 1
        run -0 client pull "$remote:latest"
        [[ $output == *"latest: Pulling from ${remote#*/}"*': Pull complete'*'Digest: sha256:'*"Status: Downloaded newer image for $remote:latest"* ]] || return 1
        run -0 client pull -q "$remote:latest"
        [ "$output" = "$remote:latest" ] || return 1
        run -0 client pull "$remote"
        [[ $output == *'Using default tag: latest'*"Status: Image is up to date for $remote:latest"* ]]
    }
    with_each_client check
}

@test "pull -a takes every tag, by digest it takes none" {
    check() {
        fresh_remote one two || return 1
        run -0 client pull -a "$remote"
        [ "$(client images --format '{{.Tag}}' "$remote" | sort | xargs)" = "one two" ] || return 1
        local digest
        digest=$(client images --digests --format '{{.Digest}}' "$remote" | head -n 1)
        [[ $digest == sha256:* ]] || return 1
        client rmi "$remote:one" "$remote:two" || return 1
        run -0 client pull "$remote@$digest"
        [ "$(client images --digests --format '{{.Tag}} {{.Digest}}' "$remote")" = "<none> $digest" ] || return 1
        client rmi "$remote@$digest"
    }
    with_each_client check
}

@test "a pull of what is not there fails with the registry's words" {
    check() {
        registry || return 1
        run -1 client pull "$REGISTRY/nosuch:1"
        [[ $output == *"manifest for $REGISTRY/nosuch:1 not found"* ]] || return 1
        fresh_remote || return 1
        run ! client pull --platform linux/s390x "$remote:latest"
        [[ $output == *'does not match the specified platform'* ]]
    }
    with_each_client check
}

@test "login asks the registry, pull uses what it kept" {
    local dir=$WORK/registry/login
    mkdir -p "$dir"
    htpasswd -Bbn user secret >"$dir/htpasswd"
    registry_serve login 127.0.0.1:5072 <<<"auth: {htpasswd: {realm: e2e, path: $dir/htpasswd}}"
    fresh_rootfs
    remote=127.0.0.1:5072/i-$BASHPID
    echo "$remote" >>"$BATS_FILE_TMPDIR/images"
    python3 "$E2E/lib/archive.py" "$rootfs" "$BATS_TEST_TMPDIR/a.tar" busybox:latest
    skopeo copy -q --dest-tls-verify=false --dest-creds user:secret "docker-archive:$BATS_TEST_TMPDIR/a.tar" "docker://$remote:1"
    check() {
        run -1 client login -u user --password-stdin 127.0.0.1:5072 <<<wrong
        run ! client pull "$remote:1"
        run -0 client login -u user --password-stdin 127.0.0.1:5072 <<<secret
        [[ $output == *'Login Succeeded'* ]] || return 1
        run -0 client pull "$remote:1"
        client rmi "$remote:1" && client logout 127.0.0.1:5072
    }
    with_each_client check
}
