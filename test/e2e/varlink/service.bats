# org.varlink.service, and how calls are framed
load "$E2E/lib/e2e"
load varlink

setup() {
    only_for coracle
}

@test "GetInfo names the service and its interfaces" {
    messages 1 '{"method":"org.varlink.service.GetInfo"}'
    replied 1 '.parameters | (.vendor | length > 0) and (.product | length > 0) and (.version | length > 0)'
    replied 1 '.parameters.interfaces == ["org.varlink.service", "io.projectatomic.podman", "io.podman"]'
}

@test "each interface describes itself" {
    local name
    for name in org.varlink.service io.projectatomic.podman io.podman; do
        messages 1 "{\"method\":\"org.varlink.service.GetInterfaceDescription\",\"parameters\":{\"interface\":\"$name\"}}"
        replied 1 ".parameters.description | test(\"\\ninterface $name\\n\")"
    done
    messages 1 '{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"x.y"}}'
    replied 1 '. == {error: "org.varlink.service.InterfaceNotFound", parameters: {interface: "x.y"}}'
}

@test "what is not there is named by its error" {
    messages 4 '{"method":"x.y.Z"}' '{"method":"io.podman.Nothing"}' '{"method":"Ping"}' \
        '{"method":"org.varlink.service.GetInterfaceDescription","parameters":{}}'
    replied 1 '. == {error: "org.varlink.service.InterfaceNotFound", parameters: {interface: "x.y"}}'
    replied 2 '. == {error: "org.varlink.service.MethodNotFound", parameters: {method: "Nothing"}}'
    replied 3 '. == {error: "org.varlink.service.InvalidParameter", parameters: {parameter: "method"}}'
    replied 4 '. == {error: "org.varlink.service.InvalidParameter", parameters: {parameter: "interface"}}'
}

@test "a parameter of the wrong type is named" {
    messages 2 '{"method":"io.podman.TagImage","parameters":{"name":5,"tagged":"x"}}' \
        '{"method":"io.podman.TagImage","parameters":["name"]}'
    replied 1 '. == {error: "org.varlink.service.InvalidParameter", parameters: {parameter: "name"}}'
    replied 2 '.error == "org.varlink.service.InvalidParameter"'
}

@test "calls on one connection are answered in order, oneway calls not at all" {
    messages 2 '{"method":"io.projectatomic.podman.Ping"}' '{"method":"io.projectatomic.podman.Ping","oneway":true}' \
        '{"method":"io.podman.Nothing","oneway":true}' '{"method":"io.podman.GetVersion"}'
    [ "$(wc -l <<<"$replies")" = 2 ]
    replied 1 '.parameters.ping.message == "OK"'
    replied 2 '.parameters.remote_api_version == 1'
}

@test "more is welcome where there is one reply, which says nothing of others" {
    messages 1 '{"method":"io.podman.ListImages","more":true}'
    [ "$(wc -l <<<"$replies")" = 1 ]
    replied 1 '(has("continues") | not) and (.parameters.images | length) >= 1'
}

@test "what is no JSON ends the connection" {
    messages 2 '{"method":"io.projectatomic.podman.Ping"}' '{nonsense' '{"method":"io.projectatomic.podman.Ping"}'
    [ "$(grep -c OK <<<"$replies")" = 1 ]
}
