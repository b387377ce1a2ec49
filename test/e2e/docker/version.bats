# GET /version, and the levels of the API in front of every path
load "$E2E/lib/e2e"

@test "version names the engine, its API and the machine" {
    api GET /version
    [ "$status" = 200 ]
    json '.Components[0] | .Name == "Engine" and .Version == $version and .Details.ApiVersion == $api and .Details.Os == "linux"' \
        --arg version "$(field .Version)" --arg api "$(field .ApiVersion)"
    json '.Os == "linux" and .KernelVersion == $kernel and (.MinAPIVersion | startswith("1."))' --arg kernel "$(uname -r)"
    [ "$(header Api-Version)" = "$(field .ApiVersion)" ]
    [ "$(header Ostype)" = linux ]
}

@test "helpers are named with a version of one word" {
    only_for coracle
    api GET /version
    json '[.Components[].Name] | index("conmon") and index("netavark")'
    json '[.Components[].Version] | all(test("^[^ \n]+$"))'
}

@test "every level from the oldest to the newest answers, and none besides" {
    api GET /version
    local oldest newest minor
    oldest=$(field .MinAPIVersion) newest=$(field .ApiVersion)
    for minor in $(seq "${oldest#1.}" "${newest#1.}"); do
        api GET "/v1.$minor/version"
        [ "$status" = 200 ]
    done
    api GET "/v1.$((${oldest#1.} - 1))/version"
    refused 400 'too old' "$oldest"
    api GET "/v1.$((${newest#1.} + 1))/version"
    refused 400 'too new' "$newest"
    api GET /v2/version
    refused 400 'too new' "$newest"
    api GET /v1/version
    refused 400 'too old' "$oldest"
}

@test "a bad level on an unknown path is still a 404, and a word is no level" {
    api GET /v1.23/nosuch
    refused 404 'page not found'
    api GET /vx/version
    refused 404 'page not found'
    api GET /v1.x/version
    refused 404 'page not found'
}
