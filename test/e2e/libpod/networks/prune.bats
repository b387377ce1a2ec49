# runs alone
load "$E2E/lib/e2e"

@test "prune removes what no container uses, running or not" {
    network
    local free=$net
    network
    create "$(jq -nc --arg net "$net" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
    api POST /libpod/networks/prune
    [ "$status" = 200 ]
    json 'any(. == {"Name": $free, "Error": null}) and all(.Name != $used and .Name != "podman")' --arg free "$free" --arg used "$net"
    api POST /libpod/networks/prune
    json '. == []'
}

@test "filters spare what they do not name" {
    network '{"labels": {"go": "1"}}'
    api POST "/libpod/networks/prune?filters=$(quote '{"label!": ["go"]}')"
    json 'all(.Name != $net)' --arg net "$net"
    api POST "/libpod/networks/prune?filters=$(quote '{"until": ["1h"]}')"
    json 'all(.Name != $net)' --arg net "$net"
    api POST "/libpod/networks/prune?filters=$(quote '{"label": ["go=1"]}')"
    json 'any(.Name == $net)' --arg net "$net"
    api POST "/libpod/networks/prune?filters=$(quote '{"name": ["x"]}')"
    refused 400 name
}
