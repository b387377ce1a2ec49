# varlinkctl and python's varlink
load "$E2E/lib/e2e"
load ../docker/images/images

setup() {
    only_for coracle
    need_peers
}

teardown_file() {
    remove_images
}

varlinkctl() {
    in_peers varlinkctl "$@"
}

@test "varlinkctl shows the service, its interfaces and methods" {
    run -0 varlinkctl info "$SOCKET"
    [[ $output == *'Interfaces: io.podman'*'io.projectatomic.podman'*'org.varlink.service'* ]]
    run -0 varlinkctl list-interfaces "$SOCKET"
    [ "${#lines[@]}" = 3 ]
    run -0 varlinkctl list-methods "$SOCKET"
    [[ $output == *io.podman.ListImages*io.projectatomic.podman.Ping*org.varlink.service.GetInfo* ]]
}

@test "varlinkctl reads each interface's text, and what it prints is a valid interface" {
    local name
    for name in io.podman io.projectatomic.podman org.varlink.service; do
        varlinkctl introspect "$SOCKET" $name >"$BATS_TEST_TMPDIR/idl"
        grep -q "^interface $name\$" "$BATS_TEST_TMPDIR/idl"
        varlinkctl validate-idl <"$BATS_TEST_TMPDIR/idl"
    done
}

@test "varlinkctl calls methods and shows errors" {
    run -0 varlinkctl call "$SOCKET" io.projectatomic.podman.Ping '{}'
    [ "$output" = '{"ping":{"message":"OK"}}' ]
    run -0 --separate-stderr varlinkctl call --more "$SOCKET" io.podman.ListImages '{}'
    [ "$(jq -s 'length == 1 and (.[0].images | length) >= 1' <<<"$output")" = true ]
    run -0 varlinkctl call --oneway "$SOCKET" io.projectatomic.podman.Ping '{}'
    [ -z "$output" ]
    run -1 varlinkctl call "$SOCKET" io.podman.TagImage '{"name":"nosuch","tagged":"x"}'
    [[ $output == *io.podman.ImageNotFound* ]]
    run -1 varlinkctl call "$SOCKET" io.podman.TagImage '{"name":"nosuch"}'
    [[ $output == *org.varlink.service.InvalidParameter* ]]
}

@test "python's client finds the interfaces, calls and catches errors" {
    fresh_image
    in_peers python3 - "$SOCKET" "$image" <<'EOP'
import sys
import varlink

client = varlink.Client.new_with_address("unix:" + sys.argv[1])
image = "docker.io/" + sys.argv[2]
assert list(client.get_interfaces()) == ["org.varlink.service", "io.projectatomic.podman", "io.podman"], client.get_interfaces()
with client.open("io.projectatomic.podman") as old, client.open("io.podman") as new:
    assert old.Ping() == {"ping": {"message": "OK"}}
    assert new.GetVersion()["version"] == old.GetVersion()["version"]["version"]
    assert new.GetInfo()["info"]["store"]["images"] >= 1 and old.GetInfo()["info"]["store"]["images"] >= 1
    mine = [one for one in new.ListImages()["images"] if image + ":latest" in one["repoTags"]]
    assert len(mine) == 1
    assert old.TagImage(image, image + ":python") == {"image": mine[0]["id"]}
    assert [len(reply["images"]) > 0 for reply in new.ListImages(_more=True)] == [True]
    assert old.Ping(_oneway=True) is None
    for interface, parameters in ((new, ["id", "reason"]), (old, ["name"])):
        try:
            interface.TagImage("nosuch", "x")
            sys.exit("no error")
        except varlink.VarlinkError as error:
            assert error.error().endswith(".ImageNotFound") and sorted(error.parameters()) == parameters, error
EOP
}
