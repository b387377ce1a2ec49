load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

setup() {
    [ "$ENGINE" != dockerd ] || skip "dockerd has secrets in a swarm alone"
}

@test "a secret is made of base64" {
    fresh_secret
    post /secrets/create "{\"Name\":\"$secret\",\"Data\":\"aGVsbG8/Pw==\",\"Labels\":{\"a\":\"b\"}}"
    [ "$status" = 201 ] || [ "$ENGINE" = podman ]
    local id
    id=$(field .ID)
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.ID == $id and .SecretData == "hello??" and .Spec.Labels == {"a":"b"}' --arg id "$id"
}

@test "the URL's alphabet and missing padding are base64 too" {
    only_for coracle # podman takes what it can decode of it
    fresh_secret
    post /secrets/create "{\"Name\":\"$secret\",\"Data\":\"aGVsbG8_Pw\"}"
    [ "$status" = 201 ]
    api GET "/libpod/secrets/$secret/json?showsecret=true"
    json '.SecretData == "hello??"'
}

@test "a name in use is a conflict" {
    secret_create
    post /secrets/create "{\"Name\":\"$secret\",\"Data\":\"eA==\"}"
    refused 409 "$secret"
}

@test "what is wrong is named" {
    only_for coracle
    fresh_secret
    local name="\"Name\":\"$secret\"" document
    for document in "{$name}" "{$name,\"Data\":\"\"}" "{$name,\"Data\":null}"; do
        post /secrets/create "$document"
        refused 400 data "larger than 0"
    done
    post /secrets/create "{$name,\"Data\":\"%%\"}"
    refused 400 Data base64
    post /secrets/create "{$name,\"Data\":[1]}"
    refused 400 Data
    post /secrets/create '{"Data":"eA=="}'
    refused 400 name
    post /secrets/create '{"Name":"a/b","Data":"eA=="}'
    refused 400 name a/b
    post /secrets/create "{$name,\"Data\":\"eA==\",\"Driver\":{\"Name\":\"vault\"}}"
    refused 400 driver vault
    post /secrets/create "{$name,\"Data\":\"eA==\",\"Templating\":{\"Name\":\"golang\"}}"
    refused 400 Templating
    post /secrets/create "{$name,\"Data\":\"eA==\",\"Labels\":{\"\":\"x\"}}"
    refused 400 labels
    post /secrets/create "{$name,\"Data\":\"eA==\",\"Labels\":[\"x\"]}"
    refused 400 Labels
    jq -nc --arg name "$secret" '{Name: $name, Data: ("A" * 682668)}' >"$BATS_TEST_TMPDIR/big"
    post /secrets/create "@$BATS_TEST_TMPDIR/big"
    refused 400 data "less than 512000"
    post /secrets/create null
    refused 400
    post /secrets/create '[]'
    refused 400
    api POST /secrets/create
    refused 400 body
    api GET "/secrets/$secret"
    refused 404 "$secret"
}
