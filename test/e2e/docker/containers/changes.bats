load "$E2E/lib/e2e"

changes() {
    api GET "/containers/$ctr/changes"
    [ "$status" = 200 ]
}

ended() { # COMMAND: a container that ran it
    docker_start "$(jq -cn --arg command "$1" '{Cmd: ["sh", "-c", $command]}')"
    api POST "/containers/$ctr/wait"
    json '.StatusCode == 0'
}

@test "what was added, modified and deleted is told, with the directories it is in" {
    ended 'mkdir /new && touch /new/file && rm /etc/group && echo x >>/etc/passwd && chmod 700 /root && ln -s x /tmp/link'
    changes
    json 'sort_by(.Path) == [
        {Path: "/etc", Kind: 0}, {Path: "/etc/group", Kind: 2}, {Path: "/etc/passwd", Kind: 0}, {Path: "/new", Kind: 1}, {Path: "/new/file", Kind: 1},
        {Path: "/root", Kind: 0}, {Path: "/tmp", Kind: 0}, {Path: "/tmp/link", Kind: 1}]'
}

@test "what the engine puts into a container is no change, of one that runs, ended or never ran" {
    docker_create
    changes
    json '. == null or . == []'
    api POST "/containers/$ctr/start"
    changes
    json '. == null or . == []'
    api POST "/containers/$ctr/stop?t=0"
    changes
    json '. == null or . == []'
    api GET "/containers/$ctr/archive?path=/etc/hosts"
    changes
    json '. == null or . == []'
}

@test "of a directory that was made anew is told what it has and what is gone" {
    ended 'cp /bin/busybox /busybox && /busybox rm -r /bin /var && /busybox mkdir /bin && /busybox touch /bin/new && echo file >/var'
    changes
    json 'any(.Path == "/busybox" and .Kind == 1) and any(.Path == "/bin" and .Kind == 0) and any(.Path == "/bin/new" and .Kind == 1)'
    json 'any(.Path == "/bin/busybox" and .Kind == 2) and any(.Path == "/var" and .Kind == 0)'
}

@test "what is put in is told, deleted or back as it was it is not" {
    ended 'touch /a && rm /a && mkdir -p /b/c && rm -r /b'
    changes
    json '. == null or . == []'
    echo text >"$BATS_TEST_TMPDIR/put"
    tar -C "$BATS_TEST_TMPDIR" -cf "$BATS_TEST_TMPDIR/put.tar" put
    api PUT "/containers/$ctr/archive?path=/root" -H "Content-Type: application/x-tar" --data-binary "@$BATS_TEST_TMPDIR/put.tar"
    changes
    json 'sort_by(.Path) == [{Path: "/root", Kind: 0}, {Path: "/root/put", Kind: 1}]'
}

@test "the changes of a missing container are a 404 that names it" {
    api GET /containers/nosuch/changes
    refused 404 nosuch
}
