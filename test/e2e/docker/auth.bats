# POST /auth; a registry with a password is in images/create.bats
load "$E2E/lib/e2e"

@test "an open registry takes any credentials" {
    registry
    post /auth "{\"username\":\"a\",\"password\":\"b\",\"serveraddress\":\"$REGISTRY\"}"
    [ "$status" = 200 ]
    json '.Status == "Login Succeeded"'
    post /auth "{\"username\":\"a\",\"password\":\"b\",\"serveraddress\":\"http://$REGISTRY/v2/\"}"
    [ "$status" = 200 ]
}

@test "a registry that does not answer and a name that is none are told" {
    only_for coracle
    post /auth '{"username":"a","password":"b","serveraddress":"127.0.0.1:1"}'
    [ "$status" = 503 ]
    post /auth '{"username":"a","password":"b","serveraddress":"no host"}'
    refused 400 serveraddress 'no host'
    post /auth '{"username":5}'
    refused 400 username
}
