load "$E2E/lib/e2e"

@test "version names the engine under the name clients look for" {
    api GET /libpod/version
    [ "$status" = 200 ]
    json '.Components[0].Name == "Podman Engine" and .Components[0].Details.APIVersion == .Components[0].Version'
    json '.Os == "linux" and (.KernelVersion | length > 0) and (.Arch | length > 0)'
    json '.KernelVersion == $kernel' --arg kernel "$(uname -r)"
}

@test "version agrees with the headers" {
    api GET /libpod/version
    json '.ApiVersion == $version' --arg version "$(header Api-Version)"
    json '.Components[0].Details.APIVersion == $version' --arg version "$(header Libpod-Api-Version)"
}
