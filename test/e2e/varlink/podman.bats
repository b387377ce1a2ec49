# io.podman and io.projectatomic.podman: system and images
load "$E2E/lib/e2e"
load varlink
load ../docker/images/images

setup() {
    only_for coracle
}

teardown_file() {
    remove_images
}

@test "Ping, GetVersion and GetInfo of 2018 are wrapped in structs" {
    messages 3 '{"method":"io.projectatomic.podman.Ping"}' '{"method":"io.projectatomic.podman.GetVersion"}' \
        '{"method":"io.projectatomic.podman.GetInfo"}'
    replied 1 '.parameters == {ping: {message: "OK"}}'
    replied 2 '.parameters.version | .os_arch == "linux/amd64" and (.version | length) > 0 and .built == 0' || [ "$(uname -m)" != x86_64 ]
    replied 3 '.parameters.info | .host.os == "linux" and .host.cpus >= 1 and .store.graph_driver_name == "overlay" and .store.images >= 1'
    replied 3 '.parameters.info | (.registries | index("docker.io")) != null and (.insecure_registries | index("'"$REGISTRY"'")) != null'
}

@test "GetVersion and GetInfo of io.podman" {
    messages 2 '{"method":"io.podman.GetVersion"}' '{"method":"io.podman.GetInfo"}'
    replied 1 '.parameters | (.version | length) > 0 and .remote_api_version == 1'
    replied 2 '.parameters.info | .host.distribution.distribution != "" and .host.mem_total > 0 and .podman.podman_version != ""'
    replied 2 '.parameters.info.registries | (.search | index("docker.io")) != null and (.insecure | index("'"$REGISTRY"'")) != null and .blocked == []'
}

@test "ListImages has every image, with full names" {
    fresh_image
    messages 2 '{"method":"io.podman.ListImages"}' '{"method":"io.projectatomic.podman.ListImages"}'
    local mine='.parameters.images | map(select(.id == "'"${id#sha256:}"'"))[0]'
    replied 1 "$mine | .repoTags == [\"docker.io/$image:latest\"] and .isParent == false and .readOnly == false and .size > 0"
    replied 1 "$mine | (.digests == [.digest]) and (.created | test(\"^20.*Z\$\"))"
    replied 2 "$mine | .repoTags == [\"docker.io/$image:latest\"] and .containers == 0 and (has(\"digest\") | not)"
}

@test "TagImage gives a further name and answers the id" {
    fresh_image
    messages 2 "{\"method\":\"io.podman.TagImage\",\"parameters\":{\"name\":\"docker.io/$image\",\"tagged\":\"docker.io/$image:one\"}}" \
        "{\"method\":\"io.projectatomic.podman.TagImage\",\"parameters\":{\"name\":\"${id#sha256:}\",\"tagged\":\"docker.io/$image:two\"}}"
    replied 1 '.parameters == {image: "'"${id#sha256:}"'"}'
    replied 2 '.parameters == {image: "'"${id#sha256:}"'"}'
    api GET "/images/$image:one/json"
    json '.Id == $id and (.RepoTags | length) == 3' --arg id "$id"
}

@test "errors carry what their interface says" {
    messages 4 '{"method":"io.podman.TagImage","parameters":{"name":"nosuch","tagged":"x"}}' \
        '{"method":"io.projectatomic.podman.TagImage","parameters":{"name":"nosuch","tagged":"x"}}' \
        "{\"method\":\"io.podman.TagImage\",\"parameters\":{\"name\":\"$IMAGE\",\"tagged\":\"BAD\"}}" \
        "{\"method\":\"io.projectatomic.podman.TagImage\",\"parameters\":{\"name\":\"$IMAGE\",\"tagged\":\"BAD\"}}"
    replied 1 '.error == "io.podman.ImageNotFound" and .parameters.id == "nosuch" and (.parameters.reason | contains("nosuch"))'
    replied 2 '. == {error: "io.projectatomic.podman.ImageNotFound", parameters: {name: "nosuch"}}'
    replied 3 '.error == "io.podman.ErrorOccurred" and (.parameters.reason | contains("BAD"))'
    replied 4 '.error == "io.projectatomic.podman.ErrorOccurred" and (.parameters.reason | contains("BAD"))'
}
