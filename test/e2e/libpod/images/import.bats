load "$E2E/lib/e2e"

@test "a root file system becomes an image that runs" {
    local reference=localhost/imported-$BASHPID:one
    api POST "/libpod/images/import?reference=$(quote "$reference")&message=hello&changes=$(quote 'CMD ["echo","imported"]')&changes=$(quote 'ENV A=b')" \
        -H 'Content-Type: application/x-tar' -T "$WORK/rootfs.tar"
    [ "$status" = 200 ]
    json '.Id | test("^(sha256:)?[0-9a-f]{64}$")'
    api GET "/libpod/images/$reference/json"
    json '.Config.Cmd == ["echo","imported"] and (.Config.Env | index("A=b") != null)'
    fresh_name
    post /libpod/containers/create "{\"image\":\"$reference\",\"name\":\"$name\",\"netns\":{\"nsmode\":\"none\"}}"
    [ "$status" = 201 ]
    api POST "/libpod/containers/$name/start"
    api POST "/libpod/containers/$name/wait"
    api GET "/libpod/containers/$name/logs?stdout=true"
    [ "$(unframe <"$body_file")" = imported ]
    api DELETE "/libpod/containers/$name"
    api DELETE "/libpod/images/$reference"
    [ "$status" = 200 ]
}

@test "bad instructions, names and places are refused" {
    api POST "/libpod/images/import?changes=$(quote 'FROM scratch')" -H 'Content-Type: application/x-tar' -T "$WORK/rootfs.tar"
    refused 400 FROM
    api POST "/libpod/images/import?reference=UPPER" -H 'Content-Type: application/x-tar' -T "$WORK/rootfs.tar"
    refused 400 UPPER
    api POST '/libpod/images/import' -H 'Content-Type: application/x-tar' --data-binary garbage
    refused 400
    only_for coracle
    api POST "/libpod/images/import?url=$(quote http://127.0.0.1/x.tar)" -H 'Content-Length: 0'
    refused 501 url http://127.0.0.1/x.tar
}
