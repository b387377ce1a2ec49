# docker-py's images and events.
load "$E2E/lib/e2e"
load images/images

teardown_file() {
    remove_images
}

python() { # reads a program that has `client`, `image` and `remote`
    { printf 'import docker, io, sys, tarfile, time\nclient = docker.DockerClient(base_url="unix://%s", timeout=60)\n' "$SOCKET"
      printf 'image = "%s"\nremote = "%s"\n' "${image-}" "${remote-}"; cat; } >"$BATS_TEST_TMPDIR/program.py"
    /usr/bin/python3 "$BATS_TEST_TMPDIR/program.py"
}

@test "docker-py pulls, lists, inspects, tags and removes" {
    fresh_remote one two
    python <<'EOP'
one = client.images.pull(remote, tag="one")
assert one.tags == [remote + ":one"] and one.id.startswith("sha256:"), one.attrs
assert [i.id for i in client.images.list(name=remote)] == [one.id]
assert len(client.images.pull(remote, all_tags=True)) == 1
assert client.images.get(one.short_id) == one
assert sorted(client.images.get(one.id).tags) == [remote + ":one", remote + ":two"]
assert one.history()[0]["Id"] == one.id
assert one.tag(remote, "three")
for tag in ("one", "two", "three"):
    client.images.remove(f"{remote}:{tag}")
try:
    client.images.get(one.id)
    sys.exit("it is still there")
except docker.errors.ImageNotFound as error:
    print(error)
EOP
}

@test "docker-py reads the progress of a pull" {
    fresh_remote
    python <<'EOP'
lines = list(client.api.pull(remote, tag="latest", stream=True, decode=True))
assert lines[0]["status"].startswith("Pulling from"), lines
assert lines[-1]["status"] == f"Status: Downloaded newer image for {remote}:latest", lines
EOP
}

@test "docker-py says what is missing with its own errors" {
    registry
    python <<'EOP'
for what, call in ((docker.errors.ImageNotFound, lambda: client.images.get("nosuch")),
                   (docker.errors.ImageNotFound, lambda: client.images.remove("nosuch")),
                   (docker.errors.NotFound, lambda: client.images.pull("127.0.0.1:5000/nosuch", tag="1")),
                   (docker.errors.ImageLoadError, lambda: client.images.load(b"garbage" * 100))):
    try:
        call()
        sys.exit(f"no {what}")
    except what as error:
        print(error)
EOP
}

@test "docker-py loads and imports" {
    fresh_image_name
    fresh_rootfs
    python3 "$E2E/lib/archive.py" "$rootfs" "$BATS_TEST_TMPDIR/archive" "$image:loaded"
    archive=$BATS_TEST_TMPDIR/archive python <<'EOP'
import os
with open(os.environ["archive"], "rb") as file:
    loaded = client.images.load(file)
assert [one.tags for one in loaded] == [[image + ":loaded"]], loaded
data = io.BytesIO()
with tarfile.open(fileobj=data, mode="w") as archive:
    archive.addfile(tarfile.TarInfo("empty"))
client.api.import_image_from_data(data.getvalue(), repository=image, tag="imported", changes=['CMD ["/x"]'])
assert client.images.get(image + ":imported").attrs["Config"]["Cmd"] == ["/x"]
EOP
}

@test "docker-py follows events" {
    fresh_image
    python <<'EOP'
events = client.events(decode=True, filters={"image": image})
client.images.get(image).tag(image, "followed")
event = next(events)
assert event["Action"] == "tag" and event["Actor"]["Attributes"]["name"] == image + ":followed", event
events.close()
EOP
}
