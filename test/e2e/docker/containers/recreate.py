#!/usr/bin/env python3
"""Containers are made again from what inspect says of them, and have to be equal.

recreate.py SOCKET IMAGE FOLDER NETWORK

What inspect shows of a container (Config, HostConfig, the endpoints of NetworkSettings) is a body of create. Each variation
below is made, inspected, made again from that, and inspected again: what differs beyond ids, times and generated names is
printed, with the path of the member, and fails the run. What a variation asked for has to be shown in the first place.
"""
import copy
import http.client
import json
import re
import socket
import sys


class Engine(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("e2e")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def ask(self, method, path, body=None):
        text = None if body is None else json.dumps(body)
        self.request(method, path, text, {"Content-Type": "application/json"} if text else {})
        reply = self.getresponse()
        data = reply.read()
        return reply.status, json.loads(data) if data else None


def host(**members):
    return {"HostConfig": members}


def variations(folder, network, image):
    mount = {"Type": "bind", "Source": folder, "Target": "/m"}
    return [
        {},
        {"Hostname": "front", "Domainname": "example"},
        {"User": "1000:1000"},
        {"Env": ["A=b", "C=", "PATH=/bin"]},
        {"Cmd": ["sh", "-c", "echo $0", "x y"]},
        {"Entrypoint": ["/bin/echo"], "Cmd": ["hello"]},
        {"WorkingDir": "/tmp", "StopSignal": "SIGINT", "StopTimeout": 7},
        {"Labels": {"a": "b", "empty": ""}},
        {"Tty": True, "OpenStdin": True, "StdinOnce": True, "AttachStdin": True, "AttachStdout": True, "AttachStderr": True},
        {"ExposedPorts": {"80/tcp": {}, "53/udp": {}}},
        {"Volumes": {"/data": {}}},
        {"Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 5000000000, "Timeout": 1000000000, "Retries": 2,
                         "StartPeriod": 3000000000, "StartInterval": 500000000}},
        {"Healthcheck": {"Test": ["NONE"]}},
        host(Memory=64 << 20, MemoryReservation=32 << 20, MemorySwap=128 << 20, MemorySwappiness=30),
        host(Memory=64 << 20, MemorySwap=-1, OomKillDisable=True),
        host(CpuShares=512, CpuPeriod=50000, CpuQuota=25000, CpusetCpus="0", CpusetMems="0"),
        host(NanoCpus=500000000),
        host(VolumesFrom=[]),
        host(PidsLimit=99, OomScoreAdj=100),
        host(BlkioDeviceReadBps=[], BlkioDeviceWriteBps=None, BlkioDeviceReadIOps=[], BlkioDeviceWriteIOps=[]),
        host(CpuRealtimePeriod=1000000, CpuRealtimeRuntime=0),
        host(CgroupParent="/e2e-recreate"),
        host(CgroupnsMode="private"),
        host(CgroupnsMode="host"),
        host(Binds=[f"{folder}:/b", f"{folder}:/r:ro"]),
        host(Binds=[f"{folder}:/s:rslave", "recreate-named:/v"]),
        host(Mounts=[dict(mount, ReadOnly=True, BindOptions={"Propagation": "rprivate", "NonRecursive": True})]),
        host(Mounts=[{"Type": "image", "Source": image, "Target": "/i", "ImageOptions": {"Subpath": "bin"}}]),
        host(Mounts=[dict(mount, ReadOnly=True, BindOptions={"ReadOnlyNonRecursive": True})]),
        host(Mounts=[{"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"SizeBytes": 65536, "Mode": 448}}]),
        host(Mounts=[{"Type": "tmpfs", "Target": "/t", "TmpfsOptions": {"Options": [["exec"], ["uid", "5"]]}}]),
        host(Mounts=[dict(mount, ReadOnly=True, BindOptions={"ReadOnlyForceRecursive": True})]),
        host(Mounts=[dict(mount, Source=folder + "/made", BindOptions={"CreateMountpoint": True})]),
        host(Mounts=[{"Type": "volume", "Source": "recreate-named", "Target": "/n", "ReadOnly": True,
                      "VolumeOptions": {"NoCopy": True, "Labels": {"x": "y"}}}]),
        host(Mounts=[{"Type": "volume", "Target": "/anonymous"}]),
        host(Tmpfs={"/scratch": "size=1m,mode=1777", "/plain": ""}),
        host(PortBindings={"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18080"}], "81/udp": [{"HostIp": "", "HostPort": ""}]}),
        host(PublishAllPorts=True, NetworkMode="bridge"),
        host(RestartPolicy={"Name": "on-failure", "MaximumRetryCount": 3}),
        host(RestartPolicy={"Name": "unless-stopped", "MaximumRetryCount": 0}),
        host(AutoRemove=True),
        host(CapAdd=["CAP_NET_ADMIN"], CapDrop=["CAP_CHOWN", "CAP_MKNOD"]),
        host(CapDrop=["ALL"]),
        host(Dns=["10.1.2.3"], DnsOptions=["ndots:2"], DnsSearch=["example.org"]),
        host(ExtraHosts=["one:10.0.0.1", "two:host-gateway"]),
        host(GroupAdd=["1234", "5678"]),
        host(IpcMode="shareable"),
        host(IpcMode="none", ShmSize=0),
        host(PidMode="host", IpcMode="host", UTSMode="host"),
        host(Privileged=True),
        host(ReadonlyRootfs=True, SecurityOpt=["no-new-privileges", "label=disable"]),
        host(SecurityOpt=["seccomp=unconfined"]),
        host(ShmSize=8 << 20, Init=True),
        host(Sysctls={"net.ipv4.ip_forward": "0"}),
        host(Ulimits=[{"Name": "nofile", "Soft": 100, "Hard": 200}, {"Name": "core", "Soft": -1, "Hard": -1}]),
        host(Devices=[{"PathOnHost": "/dev/null", "PathInContainer": "/dev/nothing", "CgroupPermissions": "rw"}],
             DeviceCgroupRules=["c 1:3 rwm"]),
        host(LogConfig={"Type": "json-file", "Config": {"max-size": "1m"}}),
        host(LogConfig={"Type": "none", "Config": {}}),
        host(Annotations={"note": "one"}),
        host(MaskedPaths=["/proc/kcore"], ReadonlyPaths=[]),
        host(ConsoleSize=[24, 80]),
        host(NetworkMode="host"),
        host(NetworkMode=network) | {"NetworkingConfig": {"EndpointsConfig": {network: {
            "Aliases": ["alias"], "IPAMConfig": {"IPv4Address": "10.87.3.7"}, "MacAddress": "02:42:0a:57:03:07"}}}},
    ]


def again(shown):
    """The body that makes another of it."""
    return shown["Config"] | {
        "HostConfig": shown["HostConfig"],
        "NetworkingConfig": {"EndpointsConfig": shown["NetworkSettings"]["Networks"]},
    }


SHORT_ID = re.compile(r"[0-9a-f]{12}")
GENERATED = re.compile(r"[0-9a-f]{64}")


def comparable(shown):
    """Without ids, times, and names that are generated."""
    text = json.dumps(shown)
    for own in (shown["Id"], shown["Name"].lstrip("/")):
        text = text.replace(own, "<own>")
    result = json.loads(GENERATED.sub("<id>", text))
    for member in ("Id", "Created", "Name"):
        del result[member]
    result["Mounts"].sort(key=lambda mount: mount["Destination"])
    # A host name that was made of the first one's id stays the second one's, beside its own.
    for network in result["NetworkSettings"]["Networks"].values():
        network["DNSNames"] = [name for name in network["DNSNames"] or [] if not SHORT_ID.fullmatch(name)]
    return result


def differences(one, other, path=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(one.get(key), other.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, pair in enumerate(zip(one, other)):
            yield from differences(*pair, f"{path}[{at}]")
    elif one != other:
        yield f"{path}: {json.dumps(one)} became {json.dumps(other)}"


def missing(asked, shown, path=""):
    """What was asked for and is not shown; nothing at all may be shown as any nothing."""
    if isinstance(asked, dict) and isinstance(shown, dict):
        for key, value in asked.items():
            yield from missing(value, shown.get(key), f"{path}.{key}")
    elif isinstance(asked, list) and isinstance(shown, list) and len(asked) == len(shown):
        for at, pair in enumerate(zip(asked, shown)):
            yield from missing(*pair, f"{path}[{at}]")
    elif asked != shown and (asked or shown) and not path.endswith(".ShmSize"):
        yield f"{path}: asked for {json.dumps(asked)}, shown is {json.dumps(shown)}"


def make(engine, body):
    status, answer = engine.ask("POST", "/containers/create", body)
    if status != 201:
        raise SystemExit(f"create: {status} {answer}: {json.dumps(body)}")
    status, shown = engine.ask("GET", f"/containers/{answer['Id']}/json")
    assert status == 200, shown
    return shown


def check(engine, image, variation):
    body = {"Image": image, "Cmd": ["sleep", "infinity"]} | copy.deepcopy(variation)
    body["HostConfig"] = {"NetworkMode": "none"} | body.get("HostConfig", {})
    networking = body.pop("NetworkingConfig", None)
    first = make(engine, body | ({"NetworkingConfig": networking} if networking else {}))
    found = list(missing(body, first["Config"] | {"HostConfig": first["HostConfig"]}))
    if networking:
        found += missing(networking["EndpointsConfig"], first["NetworkSettings"]["Networks"])
    # The first has to go before the second can be: they want the same address and volumes that were made for it.
    engine.ask("DELETE", f"/containers/{first['Id']}?force=true&v=true")
    second = make(engine, again(first))
    engine.ask("DELETE", f"/containers/{second['Id']}?force=true&v=true")
    return found + list(differences(comparable(first), comparable(second)))


def main():
    path, image, folder, network = sys.argv[1:]
    engine, failed, count = Engine(path), 0, 0
    for variation in variations(folder, network, image):
        count += 1
        for line in check(engine, image, variation):
            failed += 1
            print(f"{json.dumps(variation)}\n    {line}")
    engine.ask("DELETE", "/volumes/recreate-named")
    print(f"{count} containers, {failed} differences")
    return 1 if failed or count < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
