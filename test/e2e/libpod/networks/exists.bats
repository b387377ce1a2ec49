load "$E2E/lib/e2e"

@test "a network exists by name and id, and another does not" {
    network
    api GET "/libpod/networks/$net/exists"
    [ "$status" = 204 ]
    api GET "/libpod/networks/${net_id:0:12}/exists"
    [ "$status" = 204 ]
    api GET /libpod/networks/nosuch/exists
    refused 404 nosuch
}
