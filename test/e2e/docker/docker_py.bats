# docker-py, the client library of many Python programs.
load "$E2E/lib/e2e"

python() { # reads a program that has `client` and `name`
    fresh_name
    forget_later "$name-2"
    { printf 'import docker, sys\nclient = docker.DockerClient(base_url="unix://%s", timeout=60)\nname = "%s"\n' "$SOCKET" "$name"; cat; } \
        >"$BATS_TEST_TMPDIR/program.py"
    /usr/bin/python3 "$BATS_TEST_TMPDIR/program.py"
}

@test "docker-py runs a container to its end and returns what it wrote" {
    python <<'EOP'
assert client.containers.run("busybox", ["echo", "hello"], remove=True) == b"hello\n"
assert client.containers.run("busybox", "sh -c 'echo bad >&2'", stderr=True, remove=True) == b"bad\n"
try:
    client.containers.run("busybox", "sh -c 'echo why >&2; exit 3'", remove=True)
    sys.exit("no error")
except docker.errors.ContainerError as error:
    assert error.exit_status == 3 and b"why" in error.stderr, error
EOP
}

@test "docker-py says what is missing with its own errors" {
    python <<'EOP'
for what, call in ((docker.errors.NotFound, lambda: client.containers.get("nosuch" + name)),
                   (docker.errors.ImageNotFound, lambda: client.containers.create("nosuch" + name)),
                   (docker.errors.APIError, lambda: client.containers.run("busybox", "nosuchcommand", name=name))):
    try:
        call()
        sys.exit(f"no {what}")
    except what as error:
        print(error)
EOP
}

@test "docker-py starts, executes, inspects and stops" {
    python <<'EOP'
container = client.containers.run("busybox", ["sleep", "1000"], name=name, detach=True, labels={"mark": name},
                                  environment={"A": "b"}, ports={"80/tcp": ("127.0.0.1", None), "90/tcp": None},
                                  mem_limit="64m", volumes={"/tmp": {"bind": "/host", "mode": "ro"}})
container.reload()
assert container.status == "running", container.status
assert container.name == name and container.labels["mark"] == name
assert container.attrs["HostConfig"]["Memory"] == 64 << 20
assert container.attrs["HostConfig"]["Binds"] == ["/tmp:/host:ro"]
assert container.ports["80/tcp"][0]["HostIp"] == "127.0.0.1", container.ports
assert "A=b" in container.attrs["Config"]["Env"]
assert [one.id for one in client.containers.list(filters={"label": f"mark={name}"})] == [container.id]
code, output = container.exec_run(["sh", "-c", "echo out; echo err >&2; exit 5"], demux=True)
assert (code, output) == (5, (b"out\n", b"err\n")), (code, output)
code, output = container.exec_run("tty", tty=True)
assert (code, output) == (0, b"/dev/pts/0\r\n"), (code, output)
code, output = container.exec_run("true", detach=True)
sock = container.exec_run("cat", stdin=True, socket=True).output
sock._sock.sendall(b"through\n")
assert sock.read(16)[8:] == b"through\n"
sock.close()
container.pause(); container.unpause()
container.rename(name + "-2")
container.restart(timeout=0)
container.stop(timeout=0)
assert container.wait()["StatusCode"] == 137
container.start(); container.kill()
assert container.wait(condition="not-running", timeout=10)["StatusCode"] == 137
container.remove(v=True)
EOP
}

@test "docker-py follows logs and attaches" {
    python <<'EOP'
container = client.containers.create("busybox", ["sh", "-c", "echo one; sleep 0.2; echo two"], name=name)
stream = container.attach(stream=True, stdout=True, stderr=True)
follow = container.logs(stream=True, follow=True)
container.start()
assert b"".join(stream) == b"one\ntwo\n"
assert b"".join(follow) == b"one\ntwo\n"
assert container.logs(tail=1) == b"two\n"
assert container.logs(timestamps=True).startswith(b"20")
sock = container.attach_socket(params={"stdin": 1, "stream": 1})
sock.close()
container.remove(force=True)
EOP
}

@test "docker-py sees health and what a container uses" {
    python <<'EOP'
import time
container = client.containers.run("busybox", ["sleep", "1000"], name=name, detach=True, network_mode="none",
                                  healthcheck={"test": ["CMD", "true"], "interval": 200000000})
deadline = time.monotonic() + 30
container.reload()
while container.attrs["State"]["Health"]["Status"] != "healthy":
    assert time.monotonic() < deadline, container.attrs["State"]
    time.sleep(0.05)
    container.reload()
once = container.stats(stream=False)
assert once["memory_stats"]["usage"] > 0 and once["precpu_stats"]["system_cpu_usage"] > 0, once
first, second = [sample for _, sample in zip(range(2), container.stats(decode=True))]
assert second["preread"] == first["read"] and second["cpu_stats"]["system_cpu_usage"] > first["cpu_stats"]["system_cpu_usage"]
container.remove(force=True)
EOP
}
