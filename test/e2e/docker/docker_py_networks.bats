# docker-py's networks.
load "$E2E/lib/e2e"

@test "docker-py makes, lists, shows, connects, disconnects, prunes and removes networks" {
    fresh_name docker-py
    net=$name
    forget_network "$net"
    forget_network "$net-2"
    fresh_name docker-py
    cat >"$BATS_TEST_TMPDIR/program.py" <<EOP
import docker
client = docker.DockerClient(base_url="unix://$SOCKET", timeout=60)
pool = docker.types.IPAMPool(subnet="10.75.51.0/24", gateway="10.75.51.254", iprange="10.75.51.128/25", aux_addresses={"router": "10.75.51.200"})
made = client.networks.create("$net", driver="bridge", options={"com.docker.network.driver.mtu": "1400"}, labels={"mark": "$net"},
                              ipam=docker.types.IPAMConfig(pool_configs=[pool]), internal=False, attachable=True)
assert len(made.id) == 64 and made.name == "$net" and made.containers == [], made.attrs
assert made.attrs["IPAM"]["Config"] == [{"Subnet": "10.75.51.0/24", "Gateway": "10.75.51.254", "IPRange": "10.75.51.128/25",
                                         "AuxiliaryAddresses": {"router": "10.75.51.200"}}], made.attrs["IPAM"]
assert made.attrs["Attachable"] and not made.attrs["Internal"] and made.attrs["Options"] == {"com.docker.network.driver.mtu": "1400"}, made.attrs
try:
    client.networks.create("$net", check_duplicate=True)
    raise SystemExit("no conflict")
except docker.errors.APIError as error:
    assert error.status_code == 409 and "already exists" in error.explanation, error
assert [one.id for one in client.networks.list(names=["$net"])] == [made.id]
assert [one.id for one in client.networks.list(ids=[made.id])] == [made.id]
assert [one.id for one in client.networks.list(filters={"label": "mark=$net"})] == [made.id]
ctr = client.containers.run("$IMAGE", ["sleep", "1000"], name="$name", network="bridge", detach=True, stop_signal="KILL")
made.connect(ctr, aliases=["one", "two"], ipv4_address="10.75.51.77", driver_opt={"a": "b"})
made.reload()
assert [one.id for one in made.containers] == [ctr.id], made.attrs
assert made.attrs["Containers"][ctr.id]["IPv4Address"] == "10.75.51.77/24", made.attrs
ctr.reload()
joined = ctr.attrs["NetworkSettings"]["Networks"]
assert set(joined) == {"bridge", "$net"} and joined["$net"]["IPAddress"] == "10.75.51.77", joined
try:
    made.remove()
    raise SystemExit("removed while in use")
except docker.errors.APIError as error:
    assert error.status_code == 403 and "active endpoints" in error.explanation, error
made.disconnect(ctr)
made.reload()
assert made.containers == []
other = client.networks.create("$net-2")
other.connect(ctr, links=[("nobody-yet", "db")])
ctr.reload()
assert ctr.attrs["NetworkSettings"]["Networks"]["$net-2"]["Links"] == ["nobody-yet:db"], ctr.attrs["NetworkSettings"]
other.disconnect(ctr, force=True)
assert client.networks.get("$net").id == made.id
assert "$net" in client.networks.prune(filters={"label": "mark=$net"})["NetworksDeleted"]
other.remove()
try:
    client.networks.get("$net-2")
    raise SystemExit("still there")
except docker.errors.NotFound as error:
    print(error)
ctr.remove(force=True)
EOP
    /usr/bin/python3 "$BATS_TEST_TMPDIR/program.py"
}
