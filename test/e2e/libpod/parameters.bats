# What holds for every route: the document says which parameters there are, and each refuses what it cannot be.
load "$E2E/lib/e2e"

setup() {
    only_for coracle
    api GET /openapi/libpod.json
    [ "$status" = 200 ]
}

# A path with every name in it filled.
filled() { # PATH
    sed -E 's/\{[^}]*\}/nosuch/g' <<<"$1"
}

@test "a parameter that is no boolean, integer, filter or known word is a 400 that names it" {
    local method path name count=0
    field '.paths | to_entries[] | .key as $path | .value | to_entries[] | .key as $method | .value.parameters[]? |
        select(.in == "query" and (.content or .schema.enum or (.schema.type == "boolean" or .schema.type == "integer"))) |
        [$method, $path, .name] | @tsv' >"$BATS_TEST_TMPDIR/parameters"
    while read -r method path name; do
        api "${method^^}" "$(filled "$path")?$name=not%20so" -H 'Content-Length: 0'
        refused 400 "$name" "not so"
        count=$((count + 1))
    done <"$BATS_TEST_TMPDIR/parameters"
    [ "$count" -gt 40 ]
}

@test "a body that is not JSON is a 400 that says so" {
    local method path count=0
    field '.paths | to_entries[] | .key as $path | .value | to_entries[] |
        select(.value.requestBody.content["application/json"]) | [.key, $path] | @tsv' >"$BATS_TEST_TMPDIR/bodies"
    while read -r method path; do
        api "${method^^}" "$(filled "$path")" -H 'Content-Type: application/json' -d '{"a":'
        refused 400 "not JSON"
        api "${method^^}" "$(filled "$path")" -H 'Content-Type: application/json' -d '[]'
        refused 400 body
        count=$((count + 1))
    done <"$BATS_TEST_TMPDIR/bodies"
    [ "$count" -ge 4 ]
}

@test "what is missing is a 404 that names it, with podman's cause" {
    local method path cause
    field '.paths | to_entries[] | .key as $path | select($path | test("^/libpod/(containers|exec|images)/\\{")) |
        .value | to_entries[] | select(.key != "head") | [.key, $path] | @tsv' >"$BATS_TEST_TMPDIR/routes"
    while read -r method path; do
        local query=
        case $path in
            */exec/*) cause="no such exec session" ;;
            */containers/*) cause="no such container" ;;
            *) cause="image not known" ;;
        esac
        case $path in
            */logs) query='?stdout=true' ;;
            */rename) query='?name=other' ;;
            */archive) query='?path=/etc' ;;
            */tag) query='?repo=localhost/other&tag=a' ;;
        esac
        api "${method^^}" "$(filled "$path")$query" -H 'Content-Type: application/json' -d '{"Cmd":["true"]}'
        refused 404 nosuch "$cause"
        json '.cause == $cause and .response == 404' --arg cause "$cause"
    done <"$BATS_TEST_TMPDIR/routes"
}

@test "unknown paths and methods are answered as podman's router does" {
    api GET /v5.0.0/libpod/nosuch
    [ "$status" = 404 ]
    [ "$body" = "Not Found" ]
    api DELETE /v5.0.0/libpod/info
    [ "$status" = 405 ]
    [ "$body" = "Method Not Allowed" ]
}

@test "every version prefix of libpod works, and none is needed" {
    local version
    for version in "" /v3.4.0 /v4.0.0 /v4.9.3 /v5.4.2; do
        api GET "$version/libpod/info"
        [ "$status" = 200 ]
        [[ $(header Server) == Libpod/* ]]
        [ -n "$(header Libpod-Api-Version)" ]
    done
}

@test "a request's reference comes back" {
    api GET /libpod/_ping -H 'X-Reference-Id: my-reference'
    [ "$(header X-Reference-Id)" = my-reference ]
}
