load "$E2E/lib/e2e"

listed() { # FILTERS: names of the networks that pass, sorted
    api GET "/libpod/networks/json?filters=$(quote "$1")"
    [ "$status" = 200 ] || return 1
    field '[.[].name] | sort | join(" ")'
}

@test "the default network is called podman, and is there without anybody having made it" {
    api GET /libpod/networks/json
    [ "$status" = 200 ]
    json 'any(.name == "podman" and .driver == "bridge" and (.dns_enabled | not))'
}

@test "filters pick by name, id, driver, label and time, and all have to hold" {
    network '{"labels": {"kind": "a", "only": "'$BATS_TEST_NUMBER'"}}'
    local one=$net one_id=$net_id
    network '{"labels": {"kind": "b", "only": "'$BATS_TEST_NUMBER'"}}'
    [ "$(listed "{\"name\": [\"^$one\$\"]}")" = "$one" ]
    [ "$(listed "{\"id\": [\"${one_id:0:12}\"]}")" = "$one" ]
    [ -z "$(listed "{\"id\": [\"${one_id:1:12}\"]}")" ]
    [ "$(listed '{"label": ["kind=a"]}')" = "$one" ]
    [ "$(listed "{\"label\": [\"only=$BATS_TEST_NUMBER\"], \"label!\": [\"kind=a\"]}")" = "$net" ]
    [ -z "$(listed '{"label": ["kind=a", "kind=b"]}')" ]
    [ -z "$(listed "{\"name\": [\"$one\"], \"driver\": [\"macvlan\"]}")" ]
    [ -z "$(listed "{\"name\": [\"$one\"], \"until\": [\"1h\"]}")" ]
    [ "$(listed "{\"name\": [\"$one\"], \"dangling\": [\"true\"]}")" = "$one" ]
    [ -z "$(listed "{\"name\": [\"$one\"], \"dangling\": [\"false\"]}")" ]
}

@test "filters nobody knows and values that are none are refused" {
    local filters
    for filters in '{"nosuch": ["a"]}' '{"dangling": ["x"]}' '{"until": ["x"]}' '{"type": ["custom"]}'; do
        api GET "/libpod/networks/json?filters=$(quote "$filters")"
        refused 400 "$(jq -r 'keys[0]' <<<"$filters")"
    done
}

@test "inspecting a network shows who runs on it, with addresses" {
    network
    start "$(jq -nc --arg net "$net" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
    api GET "/libpod/networks/$net/json"
    [ "$status" = 200 ]
    json '.containers[$ctr] | .name == $name and (.interfaces.eth0 | (.mac_address | test("^..:..:..:..:..:..$"))
        and (.subnets[0].ipnet | endswith("/24")) and .subnets[0].gateway != "")' --arg ctr "$ctr" --arg name "$name"
}

@test "inspecting a missing network is a 404 that names it" {
    api GET /libpod/networks/nosuch/json
    refused 404 nosuch 'network not found'
}
