load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

setup() {
    only_for coracle # podman says 501, dockerd has secrets in a swarm alone
}

update() { # VERSION BODY
    post "/secrets/$secret/update?version=$1" "$2"
}

@test "labels change and the version with them" {
    secret_create kept "labels=$(quote '{"a":"b"}')"
    api GET "/secrets/$secret"
    local version spec
    version=$(field .Version.Index)
    spec=$(field '.Spec | .Labels = {"c":"d"}' -c)
    update "$version" "$spec"
    [ "$status" = 200 ]
    api GET "/secrets/$secret"
    json '.Spec.Labels == {"c":"d"} and .Version.Index > $version and .UpdatedAt > .CreatedAt' --argjson version "$version"
    update "$version" "$spec"
    refused 409 version "$version" "out of sequence"
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "kept" and .ID == $id' --arg id "$secret_id"
}

@test "nothing but labels can change" {
    secret_create
    api GET "/secrets/$secret"
    local version
    version=$(field .Version.Index)
    update "$version" '{"Name":"other"}'
    refused 400 Name Labels
    update "$version" "{\"Name\":\"$secret\",\"Data\":\"eA==\"}"
    refused 400 Data Labels
    update "$version" "{\"Name\":\"$secret\",\"Driver\":{\"Name\":\"shell\"}}"
    refused 400 Driver Labels
    post "/secrets/$secret/update" "{\"Name\":\"$secret\"}"
    refused 400 version
    update x "{\"Name\":\"$secret\"}"
    refused 400 version
    post /secrets/nosuch/update?version=1 '{"Name":"nosuch"}'
    refused 404 nosuch
    update "$version" '[]'
    refused 400
}
