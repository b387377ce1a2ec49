load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

setup() {
    [ "$ENGINE" != dockerd ] || skip "dockerd has secrets in a swarm alone"
}

@test "a secret is shown without its value" {
    secret_create hidden
    api GET "/secrets/$secret"
    json '.ID == $id and .Spec.Name == $name and .Spec.Labels == {} and .Version.Index > 0' --arg id "$secret_id" --arg name "$secret"
    [[ $body != *hidden* ]]
    api GET "/secrets/$secret_id"
    json '.Spec.Name == $name' --arg name "$secret"
}

@test "a removed one is gone" {
    secret_create
    [ "$ENGINE" != podman ] || skip "podman 5.4 has it at /secret/NAME"
    api DELETE "/secrets/$secret_id"
    [ "$status" = 204 ]
    api DELETE "/secrets/$secret_id"
    refused 404 "$secret_id"
    api GET "/secrets/$secret"
    refused 404 "$secret"
}
