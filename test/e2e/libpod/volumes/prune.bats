# runs alone
load "$E2E/lib/e2e"

@test "prune removes what nobody uses and matches, and says what it was" {
    mark=p$RANDOM$RANDOM
    post /libpod/volumes/create "{\"Name\": \"$mark-a\", \"Labels\": {\"mark\": \"$mark\"}}"
    post /libpod/volumes/create "{\"Name\": \"$mark-b\"}"
    create "{\"volumes\": [{\"Name\": \"$mark-used\", \"Dest\": \"/x\"}]}"
    api POST "/libpod/volumes/prune?filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    [ "$status" = 200 ]
    json ". == [{Id: \"$mark-a\", Size: 0}]"
    api POST "/libpod/volumes/prune?filters=$(quote '{"until":["24h"]}')"
    json '. == []'
    api POST /libpod/volumes/prune
    json "map(.Id) | index(\"$mark-b\") and (index(\"$mark-used\") | not)"
    api DELETE "/libpod/containers/$ctr?force=true"
    api DELETE "/libpod/volumes/$mark-used"
    [ "$status" = 204 ]
}

@test "prune refuses filters that it does not know" {
    for filter in bogus name driver dangling; do
        api POST "/libpod/volumes/prune?filters=$(quote "{\"$filter\":[\"x\"]}")"
        refused 400 "$filter"
    done
}
