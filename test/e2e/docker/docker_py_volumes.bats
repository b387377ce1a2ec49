# docker-py's volumes, disk usage and events.
load "$E2E/lib/e2e"

python() { # reads a program that has `client` and `name`
    fresh_name
    { printf 'import docker, sys, time\nclient = docker.DockerClient(base_url="unix://%s", timeout=60)\nname = "%s"\n' "$SOCKET" "$name"; cat; } \
        >"$BATS_TEST_TMPDIR/program.py"
    /usr/bin/python3 "$BATS_TEST_TMPDIR/program.py" "unix://$SOCKET" "$ENGINE"
}

@test "docker-py makes, lists, uses and removes volumes" {
    python <<'EOP'
volume = client.volumes.create(name, driver="local", labels={"mark": name})
assert volume.name == name and volume.attrs["Driver"] == "local" and volume.attrs["Labels"] == {"mark": name}, volume.attrs
assert client.volumes.create(name).attrs["CreatedAt"] == volume.attrs["CreatedAt"]
assert [one.name for one in client.volumes.list(filters={"label": f"mark={name}"})] == [name]
assert [one.name for one in client.volumes.list(filters={"name": name, "dangling": True})] == [name]
client.containers.run("busybox", ["sh", "-c", "echo kept >/v/file"], volumes={name: {"bind": "/v", "mode": "rw"}}, remove=True)
container = client.containers.create("busybox", ["cat", "/v/file"], name=name, volumes={name: {"bind": "/v", "mode": "ro"}})
mount = container.attrs["Mounts"][0]
assert (mount["Type"], mount["Name"], mount["Destination"], mount["RW"]) == ("volume", name, "/v", False), mount
assert mount["Source"] == volume.attrs["Mountpoint"], mount
container.start()
container.wait()
assert container.logs() == b"kept\n", container.logs()
try:
    client.volumes.get(name).remove()
    sys.exit("it was in use")
except docker.errors.APIError as error:
    assert error.status_code == 409 and container.id in error.explanation, error
if sys.argv[2] != "podman":  # whose dangling=true shows those in use
    assert client.volumes.list(filters={"name": name, "dangling": True}) == []
container.remove()
volume.remove()
try:
    client.volumes.get(name)
    sys.exit("still there")
except docker.errors.NotFound as error:
    print(error)
EOP
}

@test "docker-py's volumes take options, and bad ones are refused" {
    only_for coracle dockerd
    python <<'EOP'
volume = client.volumes.create(name, driver_opts={"type": "tmpfs", "device": "tmpfs", "o": "size=1m,uid=1000"})
assert volume.attrs["Options"]["o"] == "size=1m,uid=1000", volume.attrs
said = client.containers.run("busybox", ["stat", "-c", "%u", "/v"], volumes={name: {"bind": "/v"}}, remove=True)
assert said == b"1000\n", said
volume.remove()
try:
    client.volumes.create(name, driver_opts={"colour": "red"})
    sys.exit("it was taken")
except docker.errors.APIError as error:
    assert error.status_code == 400 and "colour" in error.explanation, error
EOP
}

@test "docker-py's disk usage knows containers, images and volumes" {
    only_for coracle dockerd # podman's has no sizes of volumes here
    python <<'EOP'
client.volumes.create(name)
client.containers.run("busybox", ["sh", "-c", "head -c 100000 /dev/zero >/v/file"], volumes={name: {"bind": "/v"}}, remove=True)
container = client.containers.create("busybox", "true", name=name, volumes={name: {"bind": "/v"}})
usage = docker.DockerClient(base_url=sys.argv[1], version="1.44").df()  # newer levels have sums and other names
volume = [one for one in usage["Volumes"] if one["Name"] == name][0]
assert volume["UsageData"]["RefCount"] == 1 and volume["UsageData"]["Size"] >= 100000, volume
assert container.id in [one["Id"] for one in usage["Containers"]]
assert usage["LayersSize"] > 0 and any("busybox:latest" in (one["RepoTags"] or []) for one in usage["Images"]), usage["Images"]
container.remove()
client.volumes.get(name).remove()
EOP
}

@test "docker-py's events tell of a volume as it comes, is mounted and goes" {
    only_for coracle dockerd # podman's have other words, and no mounts of such volumes
    python <<'EOP'
since = int(time.time()) - 1
volume = client.volumes.create(name)
client.containers.run("busybox", "true", volumes={name: {"bind": "/v"}}, remove=True)
volume.remove()
told = [one["Action"] for one in client.events(since=since, until=int(time.time()) + 1, decode=True, filters={"volume": name})]
assert told[0] == "create" and told[-1] == "destroy" and told.index("mount") < told.index("unmount"), told
stream = client.events(decode=True, filters={"type": "volume", "event": "create"})
client.volumes.create(name)
for event in stream:
    if event["Actor"]["ID"] == name:
        break
stream.close()
client.volumes.get(name).remove()
EOP
}
