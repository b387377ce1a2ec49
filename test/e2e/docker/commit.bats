load "$E2E/lib/e2e"

ended() { # DOCUMENT: a container that ran its command; $repo is a name nobody has
    docker_start "$1"
    api POST "/containers/$ctr/wait"
    json '.StatusCode == 0'
    repo=commit-$RANDOM$RANDOM
}

commit() { # QUERY [BODY]: $id
    post "/commit?container=$ctr&$1" "${2-}"
    [ "$status" = 201 ] || return 1
    id=$(field .Id)
    echo "$id" >>"$WORK/commits"
}

teardown() {
    [ ! -e "$WORK/commits" ] || while read -r image; do
        curl -s -o /dev/null --unix-socket "$SOCKET" -X DELETE "http://e2e/images/$image?force=true"
    done <"$WORK/commits"
    rm -f "$WORK/commits"
    e2e_end_background
}

@test "an image of a container has what it changed and runs what it ran" {
    ended '{"Cmd": ["sh", "-c", "echo text >/new; rm /etc/group; mkdir /d; chmod 1777 /d"], "Labels": {"a": "b"}, "Env": ["X=y"], "Volumes": {"/v": {}}, "ExposedPorts": {"80/tcp": {}}, "User": "0:0", "WorkingDir": "/tmp"}'
    commit "repo=$repo&tag=one&comment=hello&author=me"
    [[ $id =~ ^sha256:[0-9a-f]{64}$ ]]
    api GET "/images/$repo:one/json"
    json '.Id == $id and .RepoTags == [$name] and .Comment == "hello" and .Author == "me" and (.Parent | test("^sha256:[0-9a-f]{64}$"))' \
        --arg id "$id" --arg name "$repo:one"
    json '.Config | .Cmd[0] == "sh" and (.Env | index("X=y")) and .Labels.a == "b" and .Labels["coracle.e2e"] == "busybox" and
        .ExposedPorts["80/tcp"] == {} and .Volumes["/v"] == {} and .User == "0:0" and .WorkingDir == "/tmp"'
    json '.RootFS.Layers | length == 2'
    api GET "/images/$repo:one/history"
    json 'length == 2 and .[0].Comment == "hello" and (.[0].CreatedBy | startswith("sh -c echo text")) and .[0].Size > 0'
    forget_later "$repo-c"
    post "/containers/create?name=$repo-c" "{\"Image\": \"$repo:one\", \"Cmd\": [\"sh\", \"-c\", \"cat /new && test ! -e /etc/group && test -k /d && pwd\"], \"HostConfig\": {\"NetworkMode\": \"none\"}}"
    ctr=$(field .Id)
    api POST "/containers/$ctr/start"
    api POST "/containers/$ctr/wait"
    json '.StatusCode == 0'
    api GET "/containers/$ctr/logs?stdout=1"
    [ "$(unframe <"$body_file" | tr '\n' ' ')" = 'text /tmp ' ]
    commit "repo=$repo&tag=two"
    api GET "/images/$repo:two/json"
    json '.RootFS.Layers | length == 3'
    api GET "/containers/$ctr/changes"
    json '. == null or . == []'
}

@test "instructions and the body change what the image runs" {
    ended '{"Cmd": ["true"], "Env": ["X=y", "A=0"], "Labels": {"a": "b"}}'
    commit "repo=$repo&changes=$(quote 'ENV A=1 B="two words"')&changes=$(quote 'CMD ["run", "it"]
LABEL c=d
EXPOSE 90/udp')&changes=$(quote 'HEALTHCHECK --interval=5s --retries=3 CMD test -e /x')&changes=$(quote 'ONBUILD RUN x')&changes=$(quote 'USER 5')&changes=$(quote 'WORKDIR /etc')&changes=$(quote 'VOLUME /w')&changes=$(quote 'STOPSIGNAL SIGINT')"
    api GET "/images/$repo/json"
    json '.Config | (.Env | index("X=y") and index("A=1") and index("B=two words") and (index("A=0") | not)) and .Cmd == ["run", "it"] and .Labels.c == "d" and .Labels.a == "b"'
    json '.Config | .ExposedPorts["90/udp"] == {} and .User == "5" and .WorkingDir == "/etc" and .Volumes["/w"] == {} and .StopSignal == "SIGINT" and .OnBuild == ["RUN x"]'
    json '.Config.Healthcheck == {Test: ["CMD-SHELL", "test -e /x"], Interval: 5000000000, Retries: 3}'
    commit "repo=$repo&tag=entry&changes=$(quote 'ENTRYPOINT ["/bin/echo"]')"
    api GET "/images/$repo:entry/json"
    json '.Config | .Entrypoint == ["/bin/echo"] and (.Cmd | length == 0)'
    commit '' '{"Cmd": ["x"], "Env": ["Z=1", "X=2"], "Labels": {"l": "1"}, "Healthcheck": {"Test": ["CMD", "true"]}, "ExposedPorts": {"1/tcp": {}}}'
    api GET "/images/$id/json"
    json '.RepoTags == [] and (.Config | .Cmd == ["x"] and .Env[0:2] == ["Z=1", "X=2"] and (.Env | index("X=y") | not) and .Labels.l == "1" and .Labels.a == "b" and .Healthcheck.Test == ["CMD", "true"] and .ExposedPorts["1/tcp"] == {})'
}

@test "a running container stands still meanwhile, and goes on" {
    only_for coracle
    docker_start '{"Cmd": ["sh", "-c", "head -c 30000000 /dev/urandom >/big; touch /ready; exec sleep infinity"]}'
    is_ready() { api HEAD "/containers/$ctr/archive?path=/ready"; [ "$status" = 200 ]; }
    wait_until 20 is_ready
    repo=commit-$RANDOM$RANDOM
    since=$(date +%s)
    commit "repo=$repo"
    api GET "/containers/$ctr/json"
    json '.State.Status == "running"'
    api GET "/events?since=$since&until=$(($(date +%s) + 1))&filters=$(quote "{\"container\": [\"$ctr\"]}")"
    [ "$(jq -rs '[.[].Action | select(. == "pause" or . == "unpause" or . == "commit")] | join(" ")' <<<"$body")" = 'pause unpause commit' ]
    jq -es --arg id "$id" --arg ref "docker.io/library/$repo:latest" 'any(.Action == "commit" and .Actor.Attributes.imageID == $id and (.Actor.Attributes.imageRef | endswith("latest")))' <<<"$body"
    since=$(($(date +%s) + 1))
    commit "repo=$repo&tag=two&pause=false"
    api POST "/containers/$ctr/pause"
    commit "repo=$repo&tag=three"
    api GET "/containers/$ctr/json"
    json '.State.Status == "paused"'
    api POST "/containers/$ctr/unpause"
}

@test "what cannot be is refused, and nothing is made" {
    docker_create
    api GET /images/json
    before=$(jq length <<<"$body")
    for query in "changes=$(quote 'FOO bar')" "changes=$(quote 'EXPOSE x')" repo=UPPER "repo=x&tag=$(quote 'a b')" "changes=$(quote 'HEALTHCHECK --interval=x CMD y')"; do
        api POST "/commit?container=$ctr&$query"
        refused 400
    done
    api POST "/commit?container=$ctr&changes=$(quote 'FOO bar')"
    refused 400 FOO
    api POST '/commit?container=nosuch'
    refused 404 nosuch
    api POST /commit
    refused 400 container
    [ "$ENGINE" != coracle ] || { ! ls -A "$WORK"/*/root/coracle/staging 2>/dev/null | grep -q .; }
}
