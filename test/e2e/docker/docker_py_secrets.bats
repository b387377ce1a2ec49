# docker-py's secrets, without a swarm.
load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

@test "docker-py makes, lists, shows and removes secrets" {
    [ "$ENGINE" != dockerd ] || skip "dockerd has secrets in a swarm alone"
    [ "$ENGINE" != podman ] || skip "podman 5.4 removes none on this surface"
    fresh_secret
    cat >"$BATS_TEST_TMPDIR/program.py" <<EOP
import docker
client = docker.DockerClient(base_url="unix://$SOCKET", timeout=60)
secret = client.secrets.create(name="$secret", data=b"\\0binary", labels={"mark": "$secret"})
assert len(secret.id) == 25, secret.id
try:
    client.secrets.create(name="$secret", data=b"other")
    raise SystemExit("no conflict")
except docker.errors.APIError as error:
    assert error.status_code == 409 and "already exists" in error.explanation, error
assert [one.name for one in client.secrets.list(filters={"name": "$secret"})] == ["$secret"]
assert [one.id for one in client.secrets.list(filters={"label": "mark=$secret"})] == [secret.id]
found = client.secrets.get(secret.id)
assert found.name == "$secret" and found.attrs["Spec"]["Labels"] == {"mark": "$secret"}, found.attrs
found.remove()
try:
    client.secrets.get(secret.id)
    raise SystemExit("still there")
except docker.errors.NotFound as error:
    print(error)
EOP
    /usr/bin/python3 "$BATS_TEST_TMPDIR/program.py"
}
