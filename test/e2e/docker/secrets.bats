load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

setup() {
    [ "$ENGINE" != dockerd ] || skip "dockerd has secrets in a swarm alone"
}

@test "the list shows what Docker's clients look at" {
    secret_create x "labels=$(quote '{"a":"b"}')"
    api GET /secrets
    json 'map(select(.ID == $id)) | length == 1 and (.[0] | .Spec.Name == $name and .Spec.Labels == {"a":"b"} and
        .Version.Index > 0 and .CreatedAt == .UpdatedAt and (has("SecretData") | not))' --arg id "$secret_id" --arg name "$secret"
    api GET /v1.25/secrets
    [ "$status" = 200 ]
}

@test "names are filtered by their beginning, labels by value" {
    only_for coracle
    secret_create x "labels=$(quote '{"a":"b"}')"
    local filter
    for filter in "{\"name\":[\"${secret%?}\"]}" "{\"names\":[\"$secret\"]}" "{\"id\":{\"${secret_id:0:10}\":true}}" \
        "{\"name\":[\"$secret\"],\"label\":[\"a=b\"]}"; do
        api GET "/secrets?filters=$(quote "$filter")"
        json 'map(.ID) == [$id]' --arg id "$secret_id"
    done
    for filter in "{\"names\":[\"${secret%?}\"]}" "{\"name\":[\"${secret#?}\"]}" "{\"name\":[\"$secret\"],\"label\":[\"a=c\"]}"; do
        api GET "/secrets?filters=$(quote "$filter")"
        json '. == []'
    done
    api GET "/secrets?filters=$(quote '{"driver":["x"]}')"
    refused 400 filters driver
    api GET '/secrets?filters=%5B%5D'
    refused 400 filters '[]'
}
