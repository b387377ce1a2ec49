load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

@test "a secret is removed by name, id and the beginning of its id, value and all" {
    local key
    for key in name id start; do
        secret_create "gone-$key"
        case $key in
            name) api DELETE "/libpod/secrets/$secret" ;;
            id) api DELETE "/libpod/secrets/$secret_id" ;;
            start) api DELETE "/libpod/secrets/${secret_id:0:14}" ;;
        esac
        [ "$status" = 204 ]
        api GET "/libpod/secrets/$secret/exists"
        [ "$status" = 404 ]
        run ! grep -q "$secret_id" "$WORK/root/secrets/secrets.json" "$WORK/root/secrets/filedriver/secretsdata.json"
    done
}

@test "a missing one is a 404 that names it" {
    api DELETE /libpod/secrets/nosuch
    refused 404 nosuch
    json '.cause == "no such secret"'
    api DELETE "/libpod/secrets/$(printf 'x%.0s' {1..3000})"
    refused 404
}
