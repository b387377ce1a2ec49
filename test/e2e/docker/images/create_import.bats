# POST /images/create: import
load "$E2E/lib/e2e"
load images

teardown_file() {
    remove_images
}

@test "an import is an image with name, comment and instructions" {
    fresh_image 'tag=t&message=said&changes=CMD%20["x"]&changes=ENV%20A=b'
    [[ $id == sha256:* ]]
    api GET "/images/$image:t/json"
    json '.Id == $id and .Comment == "said" and .Config.Cmd == ["x"] and .Config.Env == ["A=b"]' --arg id "$id"
}

@test "an import is for the platform that was asked for" {
    fresh_image platform=linux/arm64
    api GET "/images/$image/json"
    json '.Architecture == "arm64" and .Os == "linux"'
    api POST '/images/create?fromSrc=-&platform=beos/x' -T "$rootfs"
    [ "$status" = 400 ]
}

@test "bad imports are refused and named" {
    api POST '/images/create?fromSrc=-&repo=BAD' -d x
    refused 400 BAD lowercase
    api POST '/images/create?fromSrc=-&changes=FLY%20away' -d x
    refused 400 FLY
    only_for coracle # dockerd makes an empty image of anything
    api POST '/images/create?fromSrc=-' -d garbage
    refused 400 archive
    api POST '/images/create?fromSrc=http://127.0.0.1:1/x'
    refused 501 fromSrc http://127.0.0.1:1/x
}
