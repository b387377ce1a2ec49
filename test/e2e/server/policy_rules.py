#!/usr/bin/env python3
"""Body rules and labels of limited sockets.

    unshare --mount --net python3 policy_rules.py BUILD CASE
"""
import json
import os
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, UnixConnection, connect, read_until, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
IMAGE = "coracle/default"
POLICY = """
[audit]
to = "none"
[[socket]]
path = "DIR/ci.sock"
allow = ["ci"]
[[socket]]
path = "DIR/some.sock"
allow = ["ci"]
[socket.rules]
binds = ["DIR/data"]
host-namespaces = ["network"]
capabilities = ["SYS_PTRACE"]
devices = ["/dev/null"]
sysctls = ["net.ipv4.ip_forward"]
[[socket]]
path = "DIR/team.sock"
allow = ["ci"]
labels = ["team=blue", "owner"]
"""


class Limited:
    """A server with the policy, and a way to each of its sockets."""

    def __init__(self, work, engines):
        file = os.path.join(work, "policy.toml")
        with open(file, "w", encoding="utf-8") as out:
            out.write(POLICY.replace("DIR", work))
        self.work = work
        self.engine = Engine(BUILD, work, "--policy", file)
        engines.append(self.engine)
        self.engine.start()
        self.engine.import_default_image(CONTRIB)
        os.mkdir(work + "/data")

    def ask(self, socket, method, target, body=None):
        connection = UnixConnection("%s/%s.sock" % (self.work, socket), 60)
        try:
            text = json.dumps(body) if body is not None else None
            connection.request(method, target, text, {"Content-Type": "application/json"} if body is not None else {})
            reply = connection.getresponse()
            data = reply.read()
            return reply.status, json.loads(data) if data[:1] in (b"{", b"[") else data
        finally:
            connection.close()

    def docker(self, socket, **host):
        """Creates on the Docker surface: status and body."""
        more = host.pop("more", {})
        name = host.pop("name", "")
        host.setdefault("NetworkMode", "none")
        body = dict({"Image": IMAGE, "Cmd": ["sleep", "1000"], "StopTimeout": 1, "HostConfig": host}, **more)
        return self.ask(socket, "POST", "/v1.44/containers/create" + ("?name=" + name if name else ""), body)

    def libpod(self, socket, **spec):
        spec = dict({"image": IMAGE, "command": ["sleep", "1000"], "netns": {"nsmode": "none"}, "stop_timeout": 1}, **spec)
        return self.ask(socket, "POST", API + "/containers/create", spec)

    def made(self, answer):
        status, body = answer
        assert status == 201, answer
        return body["Id"]

    def clean(self):
        for ctr in self.engine.containers():
            self.engine.remove(ctr["Id"])


def expect(status, answer, *about):
    assert answer[0] == status, (status, answer, about)


def refused(answer, *words):
    status, body = answer
    assert status == 403, answer
    for word in ("policy of socket ",) + words:
        assert word in body["message"], (word, body)


def what_makes_root_is_refused(server, work):
    admin = server.made(server.docker("coracle", name="admin", Privileged=True))
    docker = [
        ("privileged", dict(Privileged=True)),
        ("host-namespaces", dict(NetworkMode="host")),
        ("host-namespaces", dict(PidMode="host")),
        ("host-namespaces", dict(IpcMode="host")),
        ("host-namespaces", dict(UTSMode="host")),
        ("privileged", dict(NetworkMode="container:admin")),
        ("privileged", dict(PidMode="container:" + admin)),
        ("privileged", dict(IpcMode="container:" + admin[:12])),
        ("binds", dict(Binds=["/:/host"])),
        ("binds", dict(Binds=["/etc:/etc:ro"])),
        ("binds", dict(Binds=["/run/coracle/coracle.sock:/s"])),
        ("binds", dict(Mounts=[{"Type": "bind", "Source": "/", "Target": "/host"}])),
        ("privileged", dict(VolumesFrom=["admin"])),
        ("devices", dict(Devices=[{"PathOnHost": "/dev/kmsg", "PathInContainer": "/dev/kmsg", "CgroupPermissions": "rwm"}])),
        ("devices", dict(DeviceCgroupRules=["b *:* rwm"])),
        ("capabilities", dict(CapAdd=["SYS_ADMIN"])),
        ("capabilities", dict(CapAdd=["ALL"])),
        ("capabilities", dict(CapAdd=["cap_sys_module"])),
        ("security-options", dict(SecurityOpt=["seccomp=unconfined"])),
        ("security-options", dict(SecurityOpt=["seccomp={}"])),
        ("security-options", dict(SecurityOpt=["apparmor=unconfined"])),
        ("security-options", dict(MaskedPaths=[])),
        ("security-options", dict(ReadonlyPaths=[])),
        ("sysctls", dict(Sysctls={"net.ipv4.ip_forward": "1"})),
        ("cgroup-parent", dict(CgroupParent="/")),
        ("annotations", dict(Annotations={"run.oci.hooks.stdout": "/x"})),
    ]
    for rule, host in docker:
        answer = server.docker("ci", **host)
        refused(answer, "rules." + rule, work + "/ci.sock")
    namespace = {"nsmode": "host"}
    libpod = [
        ("privileged", dict(privileged=True)),
        ("host-namespaces", dict(netns=namespace)),
        ("host-namespaces", dict(pidns=namespace)),
        ("host-namespaces", dict(ipcns=namespace)),
        ("host-namespaces", dict(utsns=namespace)),
        ("host-namespaces", dict(cgroupns=namespace)),
        ("host-namespaces", dict(pidns={"nsmode": "path", "value": "/proc/1/ns/pid"})),
        ("privileged", dict(netns={"nsmode": "container", "value": "admin"})),
        ("binds", dict(mounts=[{"type": "bind", "source": "/", "destination": "/host"}])),
        ("privileged", dict(volumes_from=["admin"])),
        ("devices", dict(devices=[{"path": "/dev/kmsg"}])),
        ("capabilities", dict(cap_add=["SYS_ADMIN"])),
        ("security-options", dict(seccomp_profile_path="unconfined")),
        ("security-options", dict(apparmor_profile="unconfined")),
        ("security-options", dict(unmask=["ALL"])),
        ("sysctls", dict(sysctl={"net.ipv4.ip_forward": "1"})),
        ("cgroup-parent", dict(cgroup_parent="/")),
        ("annotations", dict(annotations={"run.oci.hooks.stdout": "/x"})),
    ]
    for rule, spec in libpod:
        status, body = server.libpod("ci", **spec)
        if status == 400 and "not" in body["message"]:  # no such field or way here at all
            continue
        refused((status, body), "rules." + rule)
        assert body["response"] == 403, body
    assert len(server.engine.containers()) == 1, "nothing was made"


def what_the_rules_name_is_allowed(server, work):
    for host in (dict(NetworkMode="host"), dict(CapAdd=["CAP_SYS_PTRACE"]), dict(CapAdd=["sys_ptrace"]), dict(SecurityOpt=["no-new-privileges"]),
                 dict(Devices=[{"PathOnHost": "/dev/null", "PathInContainer": "/dev/n", "CgroupPermissions": "rwm"}]),
                 dict(Binds=[work + "/data:/d"]), dict(Binds=[work + "/data/made/here:/d"]), dict(NetworkMode="bridge", Sysctls={"net.ipv4.ip_forward": "1"})):
        ctr = server.made(server.docker("some", **host))
        expect(204, server.ask("some", "POST", "/containers/%s/start" % ctr), host)
    refused(server.docker("some", PidMode="host"), "rules.host-namespaces", "some.sock")
    refused(server.docker("some", CapAdd=["SYS_PTRACE", "NET_ADMIN"]), "rules.capabilities", "NET_ADMIN")
    refused(server.docker("some", Binds=[work + "/data2:/d"]), "rules.binds")
    refused(server.docker("some", Binds=[work + ":/d"]), "rules.binds")
    assert os.path.isdir(work + "/data/made/here")
    assert server.docker("coracle", Privileged=True)[0] == 201, "the usual socket has no rules"


def an_ordinary_container_is_fine(server, work):
    for socket, make in (("ci", lambda: server.docker("ci", Binds=["vol:/v"], Tmpfs={"/t": "size=1m"}, CapDrop=["ALL"], ReadonlyRootfs=True)),
                         ("ci", lambda: server.libpod("ci", volumes=[{"Name": "vol", "Dest": "/v"}])),
                         ("some", lambda: server.libpod("some", mounts=[{"type": "bind", "source": work + "/data", "destination": "/d"}]))):
        ctr = server.made(make())
        expect(204, server.ask(socket, "POST", "/containers/%s/start" % ctr))
        status, body = server.ask(socket, "POST", "/containers/%s/exec" % ctr, {"Cmd": ["id"], "AttachStdout": True})
        assert status == 201, body
        expect(200, server.ask(socket, "POST", "/exec/%s/start" % body["Id"], {"Detach": True}))
        refused(server.ask(socket, "POST", "/containers/%s/exec" % ctr, {"Cmd": ["id"], "Privileged": True}), "rules.privileged")
        refused(server.ask(socket, "POST", API + "/containers/%s/exec" % ctr, {"Cmd": ["id"], "Privileged": True}), "rules.privileged")
        other = server.made(server.docker(socket, NetworkMode="container:" + ctr[:12], VolumesFrom=[ctr[:12] + ":ro"]))
        shown = server.ask(socket, "GET", API + "/containers/%s/json" % other)[1]
        assert "container:" + ctr in json.dumps(shown), "whatever the name means later"
        expect(204, server.ask(socket, "POST", "/containers/%s/restart?t=0" % ctr))
        expect(204, server.ask(socket, "DELETE", "/containers/%s?force=1" % other))
        expect(204, server.ask(socket, "DELETE", "/containers/%s?force=1" % ctr))


def output_of(server, ctr):
    server.engine.ask("POST", "/containers/%s/wait" % ctr)
    return server.ask("coracle", "GET", "/containers/%s/logs?stdout=1&stderr=1" % ctr)[1]


def binds_stay_below_their_directory(server, work):
    data, secret = work + "/data", work + "/secret"
    os.mkdir(secret)
    with open(secret + "/key", "w", encoding="utf-8") as out:
        out.write("open sesame")
    os.mkdir(data + "/sub")
    with open(data + "/sub/file", "w", encoding="utf-8") as out:
        out.write("ours")
    os.symlink(secret, data + "/absolute")
    os.symlink("../secret", data + "/relative")
    os.symlink("/proc/self/root", data + "/magic")
    os.symlink("sub", data + "/inside")
    for path in ("/data/../secret", "/data/sub/../../secret", "/data/./..", "//data/..//secret", "/data/sub/../.."):
        refused(server.docker("some", Binds=[work + path + ":/d"]), "rules.binds")
        refused(server.libpod("some", mounts=[{"type": "bind", "source": work + path, "destination": "/d"}]), "rules.binds")
    for path in ("/absolute", "/relative", "/absolute/key", "/relative/key", "/magic", "/magic/etc", "/absolute/new/folder", "/relative/new"):
        status, body = server.docker("some", Binds=[data + path + ":/d"])
        assert status == 403 and "leads out" in body["message"], (path, status, body)
        status, body = server.docker("some", Mounts=[{"Type": "bind", "Source": data + path, "Target": "/d"}])
        assert status == 403 and "leads out" in body["message"], (path, status, body)
    assert os.listdir(secret) == ["key"], "nothing was made there"
    for option in ("shared", "rshared", "U", "O", "upperdir=/etc"):
        status, body = server.docker("some", Binds=[data + ":/d:" + option])
        assert status in (400, 403), (option, status, body)
    for path in ("/sub", "/inside", "/./sub", "/sub/../inside"):
        ctr = server.made(server.docker("some", Binds=[data + path + ":/d"], more={"Cmd": ["cat", "/d/file"]}))
        expect(204, server.ask("some", "POST", "/containers/%s/start" % ctr))
        assert b"ours" in output_of(server, ctr), path
    # what was a folder at create is a link at start, and back, and a restart looks again
    ctr = server.made(server.docker("some", Binds=[data + "/sub:/d"], more={"Cmd": ["cat", "/d/file", "/d/key"]}))
    os.rename(data + "/sub", data + "/kept")
    for target in (secret, "../secret"):
        os.symlink(target, data + "/sub")
        status, body = server.ask("some", "POST", "/containers/%s/start" % ctr)
        assert status == 403 and "leads out" in body["message"], (status, body)
        os.unlink(data + "/sub")
    os.rename(data + "/kept", data + "/sub")
    # and swapped all the time, as a container that has the folder could
    over = []

    def swap():
        os.symlink(secret, data + "/trap")
        while not over:
            os.rename(data + "/sub", data + "/kept")
            os.rename(data + "/trap", data + "/sub")
            os.rename(data + "/sub", data + "/trap")
            os.rename(data + "/kept", data + "/sub")

    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        started = 0
        deadline = time.monotonic() + 20
        while started < 3 and time.monotonic() < deadline:
            if server.ask("some", "POST", "/containers/%s/start" % ctr)[0] == 204:
                started += 1
                output = output_of(server, ctr)
                assert b"sesame" not in output, output
        assert started, "it started when the folder was there"
    finally:
        over.append(True)
        swapper.join()
    inspected = server.ask("some", "GET", "/containers/%s/json" % ctr)[1]
    assert inspected["Mounts"][0]["Source"] == data + "/sub", "the path that was asked for is shown"


def others_can_only_be_looked_at(server, work):
    server.made(server.docker("coracle", name="admin", Privileged=True))
    server.made(server.docker("coracle", name="bound", Binds=["/:/host"]))
    server.made(server.docker("coracle", name="below", Binds=[work + "/data:/d"]))  # nobody confined it
    plain = server.made(server.docker("coracle", name="plain"))
    for name in ("admin", "bound", "below", "plain"):
        server.engine.ask("POST", "/containers/%s/start" % name)
    session = server.engine.ask("POST", "/containers/plain/exec", {"Cmd": ["id"], "Privileged": True})["Id"]
    for name in ("admin", "bound", "below"):
        for method, target, body in (("POST", "/containers/%s/exec", {"Cmd": ["id"]}), ("POST", "/containers/%s/attach?stream=1", None),
                                     ("POST", "/containers/%s/restart", None), ("POST", "/containers/%s/start", None),
                                     ("DELETE", "/containers/%s?force=1", None), ("POST", API + "/containers/%s/exec", {"Cmd": ["id"]}),
                                     ("POST", API + "/containers/%s/attach?stream=1", None), ("POST", "/containers/%s/kill", None),
                                     ("POST", "/v1.24/containers/%s/rename?name=x", None)):
            refused(server.ask("some", method, target % name, body), "rules.")
        expect(200, server.ask("some", "GET", "/containers/%s/json" % name))
        expect(200, server.ask("some", "GET", "/containers/%s/logs?stdout=1" % name))
    refused(server.ask("some", "POST", "/exec/%s/start" % session, {"Detach": True}), "rules.privileged")
    expect(204, server.ask("some", "POST", "/containers/%s/restart?t=0" % plain))
    expect(204, server.ask("some", "DELETE", "/containers/plain?force=1"))
    for socket in ("some", "ci"):
        for name in ("admin", "bound"):
            refused(server.docker(socket, VolumesFrom=[name]), "rules.")


def volumes_and_networks_are_no_way_round(server, work):
    host = {"type": "none", "o": "bind", "device": "/"}
    refused(server.ask("ci", "POST", "/volumes/create", {"Name": "v", "DriverOpts": host}), "rules.binds")
    refused(server.ask("ci", "POST", API + "/volumes/create", {"Name": "v", "Options": host}), "rules.binds")
    refused(server.ask("ci", "POST", "/volumes/create", {"Name": "v", "driveropts": {"type": "nfs", "device": ":/x"}}), "rules.binds")
    refused(server.ask("ci", "POST", "/volumes/create", {"Name": "v", "Driver": "other"}), "rules.binds")
    expect(404, server.ask("ci", "GET", "/volumes/v"))
    refused(server.ask("ci", "POST", "/networks/create", {"Name": "n", "Driver": "macvlan", "Options": {"parent": "lo"}}), "rules.host-namespaces")
    refused(server.ask("ci", "POST", API + "/networks/create", {"name": "n", "driver": "ipvlan"}), "rules.host-namespaces")
    refused(server.ask("ci", "POST", API + "/networks/create", {"name": "n", "network_interface": "lo"}), "rules.host-namespaces")
    refused(server.ask("ci", "POST", "/networks/create", {"Name": "n", "Options": {"com.docker.network.bridge.name": "lo"}}), "rules.host-namespaces")
    if server.ask("coracle", "POST", "/volumes/create", {"Name": "host", "DriverOpts": host})[0] != 201:
        return  # no volume here can be a part of the host
    refused(server.docker("ci", Binds=["host:/h"]), "rules.binds", "host")
    refused(server.docker("ci", Mounts=[{"Type": "volume", "Source": "host", "Target": "/h"}]), "rules.binds")
    refused(server.libpod("ci", volumes=[{"Name": "host", "Dest": "/h"}]), "rules.binds")


def lists_show_what_has_the_labels(server, work):
    blue = {"Labels": {"team": "blue", "owner": "x"}}
    ours = server.made(server.docker("coracle", name="ours", more=blue))
    server.made(server.docker("coracle", name="theirs", more={"Labels": {"team": "red", "owner": "x"}}))
    server.made(server.docker("coracle", name="nobodys", more={"Labels": {"team": "blue"}}))
    server.made(server.docker("coracle", name="hidden", more={"Labels": {"team": "blue\n", "owner2": "x"}}))
    for name, labels in (("vours", blue["Labels"]), ("vtheirs", {"team": "red"})):
        expect(201, server.ask("coracle", "POST", "/volumes/create", {"Name": name, "Labels": labels}))
    quote = urllib.parse.quote
    for asked in ("", "&filters=" + quote('{"label":["team"]}'), "&filters=" + quote('{"label":{"team=red":true}}'),
                  "&filters=" + quote('{"name":["theirs"]}'), "&filters=" + quote('{"label":["owner=x","team=red"]}'),
                  "&limit=1", "&filters=" + quote('{"label!":["nothing"]}'), "&filters=" + quote('{"status":["created"]}')):
        for place in ("/v1.24/containers/json?all=1", "/containers/json?all=1", API + "/containers/json?all=true", "/v3.0.0/libpod/containers/json?all=true"):
            status, body = server.ask("team", "GET", place + asked)
            assert status in (200, 400), (place, asked, status, body)
            assert status == 400 or [ctr["Id"] for ctr in body] in ([ours], []), (place, asked, body)
    assert [ctr["Id"] for ctr in server.ask("team", "GET", "/containers/json?all=1")[1]] == [ours]
    for place in ("/volumes", API + "/volumes/json"):
        status, body = server.ask("team", "GET", place)
        body = body["Volumes"] if isinstance(body, dict) else body
        assert [volume["Name"] for volume in body] == ["vours"], (place, body)
    for kind, path in (("container", "/containers/%s/json"), ("container", API + "/containers/%s/json"), ("volume", "/volumes/%s"), ("volume", API + "/volumes/%s/json")):
        mine, other = ("ours", "theirs") if kind == "container" else ("vours", "vtheirs")
        expect(200, server.ask("team", "GET", path % mine))
        there, missing = server.ask("team", "GET", path % other), server.ask("team", "GET", path % "nosuch")
        assert there[0] == missing[0] == 404, (there, missing)
        assert json.dumps(there).replace(other, "X") == json.dumps(missing).replace("nosuch", "X"), (there, missing)
    for name in ("theirs", "nobodys", "hidden", "/theirs"):
        for method, target in (("POST", "/containers/%s/start"), ("DELETE", "/containers/%s"), ("GET", "/containers/%s/logs?stdout=1"),
                               ("POST", "/containers/%s/wait"), ("GET", API + "/containers/%s/exists"), ("POST", API + "/containers/%s/kill")):
            expect(404, server.ask("team", method, target % quote(name, safe="")), (method, target, name))
    for key in ("since", "before"):
        status, body = server.ask("team", "GET", "/containers/json?all=1&filters=" + quote(json.dumps({key: ["theirs"]})))
        assert status == 404, body
    # events of others are not told, and what cannot be limited is refused
    server.engine.ask("POST", "/containers/theirs/start")
    server.engine.ask("POST", "/containers/ours/start")
    server.engine.ask("POST", "/containers/theirs/kill")
    for place in ("/events?since=1&until=%d", API + "/events?stream=false&since=1&until=%d"):
        connection = UnixConnection(work + "/team.sock", 60)
        connection.request("GET", place % (time.time() + 1))
        told = [json.loads(line) for line in connection.getresponse().read().splitlines() if line]
        connection.close()
        assert {event["Actor"]["ID"] for event in told} == {ours}, told
    for target in (API + "/info", "/version", "/_ping", "/images/json"):
        expect(200, server.ask("team", "GET", target), target)
    # prune takes ours alone
    server.engine.ask("POST", "/containers/ours/kill")
    server.engine.ask("POST", "/containers/ours/wait")
    status, body = server.ask("team", "POST", "/containers/prune")
    assert status == 200 and body["ContainersDeleted"] == [ours], body
    status, body = server.ask("team", "POST", API + "/volumes/prune")
    assert status == 200 and "vtheirs" not in json.dumps(body), body
    expect(200, server.ask("coracle", "GET", "/volumes/vtheirs"))


def what_is_made_gets_the_labels(server, work):
    theirs = server.made(server.docker("coracle", name="theirs", Binds=["vtheirs:/v"]))
    server.engine.ask("POST", "/containers/theirs/start")
    ours = server.made(server.docker("team", name="ours"))
    other = server.made(server.libpod("team", name="other", labels={"team": "blue", "mine": "1"}))
    for ctr in (ours, other):
        labels = server.ask("team", "GET", "/containers/%s/json" % ctr)[1]["Config"]["Labels"]
        assert labels["team"] == "blue" and labels["owner"] == "", labels
    refused(server.docker("team", more={"Labels": {"team": "red"}}), "labels", "team has to be")
    refused(server.libpod("team", labels={"team": "red"}), "labels", "team has to be")
    assert server.docker("team", more={"labels": {"owner": "me"}})[0] == 201
    for field in ("NetworkMode", "PidMode", "IpcMode"):
        for name in ("theirs", theirs, theirs[:12]):
            status, body = server.docker("team", **{field: "container:" + name})
            assert status in (400, 404) and "o such container" in body["message"], (field, status, body)
    status, body = server.docker("team", VolumesFrom=["theirs"])
    assert status in (400, 404) and "o such container" in body["message"], (status, body)
    status, body = server.docker("team", Binds=["vtheirs:/v"])
    assert status in (400, 404) and "no such volume" in body["message"], (status, body)
    refused(server.docker("team", Binds=["fresh:/v"]), "labels", "before it is used")
    refused(server.ask("team", "POST", "/volumes/create", {"Name": "vtheirs"}), "labels", "is there without them")
    expect(201, server.ask("team", "POST", "/volumes/create", {"Name": "fresh"}))
    assert server.ask("team", "GET", "/volumes/fresh")[1]["Labels"]["team"] == "blue"
    assert server.docker("team", Binds=["fresh:/v"])[0] == 201
    assert server.docker("team", Mounts=[{"Type": "volume", "Target": "/v"}])[0] == 201, "one without a name is the container's"
    # networks
    expect(201, server.ask("coracle", "POST", "/networks/create", {"Name": "ntheirs"}))
    expect(201, server.ask("team", "POST", "/networks/create", {"Name": "nours"}))
    expect(200, server.ask("team", "POST", API + "/networks/create", {"name": "nmore"}))
    for place, key in (("/networks", "Name"), (API + "/networks/json", "name")):
        assert {network[key] for network in server.ask("team", "GET", place)[1]} == {"nours", "nmore"}, place
    expect(404, server.ask("team", "GET", "/networks/ntheirs"))
    expect(404, server.ask("team", "DELETE", API + "/networks/ntheirs"))
    status, body = server.docker("team", NetworkMode="ntheirs")
    assert status in (400, 404) and "not found" in body["message"], (status, body)
    expect(201, server.docker("team", NetworkMode="nours"))
    # a name that begins like another's id, and is freed between the look and the act
    short = theirs[:6]
    trap = server.made(server.docker("team", name=short))
    over = []

    def rename():
        while not over:
            server.ask("team", "POST", "/containers/%s/rename?name=elsewhere" % trap)
            server.ask("team", "POST", "/containers/%s/rename?name=%s" % (trap, short))

    renamer = threading.Thread(target=rename)
    renamer.start()
    try:
        for _ in range(200):
            server.ask("team", "POST", "/containers/%s/kill" % short)
    finally:
        over.append(True)
        renamer.join()
    assert server.engine.inspect(theirs)["State"]["Running"], "nobody killed it"
    # sessions are their container's
    session = server.engine.ask("POST", "/containers/theirs/exec", {"Cmd": ["id"]})["Id"]
    expect(404, server.ask("team", "GET", "/exec/%s/json" % session))
    expect(404, server.ask("team", "POST", "/exec/%s/start" % session, {"Detach": True}))
    with connect(work + "/team.sock") as attached:
        attached.sendall(b"POST /containers/theirs/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        assert b" 404 " in read_until(attached, b"\r\n")


CASES = {case.__name__: case for case in (
    what_makes_root_is_refused, what_the_rules_name_is_allowed, an_ordinary_container_is_fine, binds_stay_below_their_directory,
    others_can_only_be_looked_at, volumes_and_networks_are_no_way_round, lists_show_what_has_the_labels,
    what_is_made_gets_the_labels)}



def run_limited(work, engines):
    server = Limited(work, engines)
    try:
        CASES[sys.argv[2]](server, work)
    finally:
        server.clean()


if __name__ == "__main__":
    run_case({sys.argv[2]: run_limited}, sys.argv[2])
