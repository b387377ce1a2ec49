# docker-py's archives.
load "$E2E/lib/e2e"

@test "docker-py puts an archive in and gets one out" {
    fresh_name
    cat >"$BATS_TEST_TMPDIR/program.py" <<EOP
import docker, io, tarfile
client = docker.DockerClient(base_url="unix://$SOCKET", timeout=60)
container = client.containers.run("busybox", ["sleep", "1000"], name="$name", detach=True, network_mode="none")
EOP
    cat >>"$BATS_TEST_TMPDIR/program.py" <<'EOP'
def tape(name, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()

assert container.put_archive("/tmp", tape("file", b"text" * 100000))
assert container.put_archive("/", io.BytesIO(tape("top", b"top")))
stream, stat = container.get_archive("/tmp/file")
assert stat["name"] == "file" and stat["size"] == 400000 and stat["mode"] == 0o644, stat
with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
    assert archive.extractfile("file").read() == b"text" * 100000
stream, stat = container.get_archive("/", encode_stream=True)
assert stat["name"] == "/", stat
names = tarfile.open(fileobj=io.BytesIO(b"".join(stream))).getnames()
assert "/top" in names and "/tmp/file" in names, names[:20]
try:
    container.get_archive("/nosuch")
    raise SystemExit("no error")
except docker.errors.NotFound as error:
    assert "/nosuch" in str(error)
try:
    container.put_archive("/nosuch", tape("file", b""))
    raise SystemExit("no error")
except docker.errors.NotFound:
    pass
EOP
    /usr/bin/python3 "$BATS_TEST_TMPDIR/program.py"
}
