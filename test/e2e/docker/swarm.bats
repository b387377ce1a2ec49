load "$E2E/lib/e2e"
load swarm

@test "there is no swarm to look at, change or unlock" {
    no_manager GET /swarm
    no_manager GET /swarm/unlockkey
    no_manager POST /swarm/unlock
    no_manager POST /swarm/unlock '{"UnlockKey":"x"}'
    no_manager POST '/swarm/update?version=1' '{"Labels":{"a":"b"}}'
    api GET /info
    json '.Swarm | .LocalNodeState == "inactive" and .ControlAvailable == false and .NodeID == ""'
}

@test "there is no swarm to leave" {
    api POST /swarm/leave
    [ "$status" = 503 ]
    json '.message == "This node is not part of a swarm"'
    api POST '/v1.24/swarm/leave?force=1'
    [ "$status" = 503 ]
}

@test "a swarm can be neither begun nor joined, and the answer says so" {
    only_for coracle # dockerd does it
    post /swarm/init '{"ListenAddr":"0.0.0.0:2377"}'
    [ "$status" = 501 ]
    json '.message | startswith("this engine cannot begin a swarm")'
    post /swarm/join '{"ListenAddr":"0.0.0.0:2377","RemoteAddrs":["127.0.0.1:1"],"JoinToken":"x"}'
    [ "$status" = 501 ]
    json '.message | startswith("this engine cannot join a swarm")'
    api GET /info
    json '.Swarm.LocalNodeState == "inactive"'
}

@test "what is wrong is said first" {
    local verb
    for verb in init join; do
        api POST "/swarm/$verb"
        refused 400 ListenAddr
        post "/swarm/$verb" '{"ListenAddr":""}'
        refused 400 ListenAddr
        post "/swarm/$verb" '[]'
        refused 400
        post "/swarm/$verb" '{"ListenAddr":1}'
        refused 400 ListenAddr
    done
    post /swarm/update '{}'
    refused 400 version swarm
    post '/swarm/update?version=1&rotateWorkerToken=bad' '{}'
    refused 400 rotateWorkerToken
    bad_body '/swarm/update?version=1'
    post /swarm/unlock '[]'
    refused 400
}
