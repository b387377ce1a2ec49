load "$E2E/lib/e2e"

@test "inspect of a missing volume is a 404 that names it, and takes no part of a name" {
    volume=j$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$volume\"}"
    api GET "/libpod/volumes/${volume%?}/json"
    refused 404 "${volume%?}"
    json '.cause == "no such volume"'
    api GET "/libpod/volumes/$volume/json"
    [ "$status" = 200 ]
    api DELETE "/libpod/volumes/$volume"
}

@test "each filter narrows the list" {
    only_for coracle # podman joins some of them with OR
    mark=m$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$mark-a\", \"Labels\": {\"mark\": \"$mark\"}}"
    post /libpod/volumes/create "{\"Name\": \"$mark-b\", \"Labels\": {\"mark\": \"$mark\", \"b\": \"\"}}"
    create "{\"volumes\": [{\"Name\": \"$mark-b\", \"Dest\": \"/x\"}]}"
    while read -r filter names; do
        api GET "/libpod/volumes/json?filters=$(quote "{\"name\":[\"$mark\"],$filter}")"
        [ "$status" = 200 ]
        json 'map(.Name) | join(",") == $names' --arg names "$names"
    done <<EOT
"label":["mark=$mark"] $mark-a,$mark-b
"label":["mark=$mark","b"] $mark-b
"label!":["b"] $mark-a
"driver":["local"] $mark-a,$mark-b
"driver":["image"]
"scope":["local"] $mark-a,$mark-b
"scope":["global"]
"opt":["type"]
"dangling":["true"] $mark-a
"dangling":["false"] $mark-b
"anonymous":["true"]
"until":["1h"]
"until":["$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)"] $mark-a,$mark-b
"after":["$mark-a"] $mark-b
"since":["$mark-b"]
EOT
    api DELETE "/libpod/containers/$ctr?force=true"
    api DELETE "/libpod/volumes/$mark-a"
    api DELETE "/libpod/volumes/$mark-b"
    [ "$status" = 204 ]
}

@test "filters that cannot choose are refused" {
    only_for coracle # podman finds nothing by a name that is no expression
    while read -r filter words; do
        api GET "/libpod/volumes/json?filters=$(quote "{$filter}")"
        # shellcheck disable=SC2086 # several words
        refused 400 $words
    done <<'EOT'
"bogus":["x"] bogus
"dangling":["maybe"] dangling maybe
"until":["whenever"] until whenever
"name":["["] name
"after":["no-such-volume"] after no-such-volume
EOT
}
