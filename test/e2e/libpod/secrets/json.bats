load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

names() { # FILTERS: names of this test's secrets that the list shows, in one line
    api GET "/libpod/secrets/json?filters=$(quote "$1")"
    [ "$status" = 200 ] || return 1
    field '[.[].Spec.Name | select(contains($mark)) | sub(".*-"; "")] | sort | join(" ")' --arg mark "$mark"
}

setup_file() {
    mark=m$BASHPID$RANDOM
    export mark
    local name
    for name in one two three; do
        echo "$mark-$name" >>"$WORK/names/$(e2e_file).secrets"
        api POST "/libpod/secrets/create?name=$mark-$name&labels=$(quote "{\"number\":\"$name\",\"all\":\"\"}")" \
            -H 'Content-Type: application/octet-stream' --data-binary "$name"
    done
}

@test "a list shows no values" {
    api GET /libpod/secrets/json
    json 'map(select(has("SecretData"))) == [] and length >= 3'
    json 'map(select(.Spec.Name == $name)) | length == 1 and (.[0] | .Spec.Driver.Name == "file" and (.ID | test("^[0-9a-f]{25}$")))' \
        --arg name "$mark-one"
}

@test "names are filtered by regular expressions" {
    [ "$(names "{\"name\":[\"$mark-one\"]}")" = one ]
    [ "$(names "{\"name\":[\"$mark-t\"]}")" = "three two" ]
    [ "$(names "{\"name\":[\"^$mark-.*e$\"]}")" = "one three" ]
    [ "$(names "{\"name\":[\"$mark-one\",\"$mark-two\"]}")" = "one two" ]
    [ "$(names "{\"name\":[\"nosuch\"]}")" = "" ]
}

@test "ids are filtered by their beginning" {
    local id
    api GET "/libpod/secrets/$mark-two/json"
    id=$(field .ID)
    [ "$(names "{\"id\":[\"$id\"]}")" = two ]
    [ "$(names "{\"id\":[\"${id:0:12}\"]}")" = two ]
}

@test "labels are filtered and all keys have to match" {
    only_for coracle # podman knows id and name alone, and joins keys with or
    [ "$(names '{"label":["number=one"]}')" = one ]
    [ "$(names '{"label":["all"]}')" = "one three two" ]
    [ "$(names '{"label":["all=","number=two"]}')" = two ]
    [ "$(names '{"label":["all=x"]}')" = "" ]
    [ "$(names "{\"label\":[\"number=one\"],\"name\":[\"$mark-two\"]}")" = "" ]
}

@test "what is no filter is named" {
    api GET "/libpod/secrets/json?filters=$(quote '{"colour":["x"]}')"
    refused 400 filters colour
    api GET '/libpod/secrets/json?filters=garbage'
    refused 400 filters garbage
    only_for coracle
    api GET "/libpod/secrets/json?filters=$(quote '{"name":["["]}')"
    refused 400 filters name
}

@test "one is found by name, by id and by the beginning of its id" {
    local id key
    api GET "/libpod/secrets/$mark-two/json"
    json '.Spec.Name == $name and (has("SecretData") | not)' --arg name "$mark-two"
    id=$(field .ID)
    for key in "$id" "${id:0:16}"; do
        api GET "/libpod/secrets/$key/json?showsecret=true"
        json '.Spec.Name == $name and .SecretData == "two"' --arg name "$mark-two"
    done
}

@test "a missing one is a 404 that names it" {
    api GET /libpod/secrets/nosuch/json
    refused 404 nosuch
    json '.cause == "no such secret"'
    api GET /libpod/secrets/nosuch/json?showsecret=true
    refused 404 nosuch
    api GET /libpod/secrets/nosuch/json?showsecret=maybe
    refused 400 showsecret maybe
}

@test "secrets that podman wrote in a broken way are a server's error that names the file" {
    only_for coracle
    local folder=$BATS_TEST_TMPDIR/broken
    secret_create x "driveropts=$(quote "{\"path\":\"$folder\"}")"
    local text
    for text in '' '{' '[]' '"x"' "{\"$secret_id\":1}" "{\"$secret_id\":\"%%%\"}" '{}'; do
        printf %s "$text" >"$folder/secretsdata.json"
        api GET "/libpod/secrets/$secret/json?showsecret=true"
        refused 500 "$secret" secretsdata.json
    done
    api DELETE "/libpod/secrets/$secret" # without a value it can still go
    [ "$status" = 204 ]
}
