# runs alone
load "$E2E/lib/e2e"

@test "prune removes what nothing runs on and says so" {
    docker_network
    local free=$net
    docker_network
    docker_start "{\"HostConfig\": {\"NetworkMode\": \"$net\"}}"
    api POST /networks/prune
    [ "$status" = 200 ]
    json '.NetworksDeleted | index($free) != null and index($used) == null and index("bridge") == null' --arg free "$free" --arg used "$net"
    api GET "/networks/$net"
    [ "$status" = 200 ]
    api POST /networks/prune
    json '.NetworksDeleted == null'
}

@test "filters spare what they do not name" {
    docker_network '{"Labels": {"keep": "1"}}'
    local kept=$net
    docker_network '{"Labels": {"go": "1"}}'
    api POST "/networks/prune?filters=$(quote '{"until": ["1h"]}')"
    json '.NetworksDeleted == null'
    api POST "/networks/prune?filters=$(quote '{"label": ["go"], "label!": ["keep"]}')"
    json '.NetworksDeleted == [$net]' --arg net "$net"
    api GET "/networks/$kept"
    [ "$status" = 200 ]
}

@test "filters nobody knows and values that are none are refused" {
    api POST "/networks/prune?filters=$(quote '{"name": ["x"]}')"
    refused 400 name
    api POST "/networks/prune?filters=$(quote '{"until": ["x"]}')"
    refused 400 until
}

@test "creation, removal and a prune are told" {
    local since
    since=$(date +%s.%N)
    docker_network
    api DELETE "/networks/$net"
    api POST /networks/prune
    api GET "/events?since=$since&until=$(date +%s.%N)&filters=$(quote '{"type": ["network"]}')"
    jq -se --arg id "$net_id" --arg net "$net" '[.[] | select(.Actor.ID == $id)] | map(.Action) == ["create", "destroy"]
        and all(.Actor.Attributes.name == $net and .Actor.Attributes.type == "bridge")' <"$body_file"
    jq -se 'any(.Action == "prune")' <"$body_file"
}
