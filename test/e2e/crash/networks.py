#!/usr/bin/env python3
"""A server that is killed in the middle of a change of a container's networks, and a netavark that fails or is missing.

    unshare --mount --net python3 networks.py BUILD CASE

netavark is a script in front of the real one, which does what the file "mode" says: "kill VERB" ends the server first and
goes on, as it does when the machine has little memory; "fail VERB" says why not.
"""
import fcntl
import os
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, run, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
PLACES = ["/usr/local/libexec/podman", "/usr/local/lib/podman", "/usr/libexec/podman", "/usr/lib/podman"]
SCRIPT = """#!/bin/sh
read -r what verb <%(mode)s
case " $* " in *" $verb "*) ;; *) what= ;; esac
[ -z "$what" ] || : >%(mode)s
case $what in
kill) kill -9 $PPID ;;
fail) cat >/dev/null; echo '{"error":"the bridge is on fire"}'; exit 1 ;;
esac
exec %(real)s "$@"
"""


class Shop:
    """A server with that netavark, and containers on its networks."""

    def __init__(self, work, engines):
        self.work = work
        self.engine = Engine(BUILD, work)
        engines.append(self.engine)
        self.mode_file = os.path.join(work, "mode")
        self.folder = os.path.join(work, "helpers")
        os.mkdir(self.folder)
        self.mode("")
        real = next(place + "/netavark" for place in PLACES if os.path.exists(place + "/netavark"))
        with open(self.folder + "/netavark", "w", encoding="ascii") as file:
            file.write(SCRIPT % {"mode": self.mode_file, "real": real})
        os.chmod(self.folder + "/netavark", 0o755)
        self.configure([self.folder] + PLACES)
        self.start()
        self.engine.import_default_image(CONTRIB)

    def configure(self, places):
        with open(self.work + "/containers.conf", "w", encoding="ascii") as file:
            file.write("[engine]\nhelper_binaries_dir = [%s]\n" % ", ".join('"%s"' % place for place in places))

    def start(self):
        self.engine.start(CONTAINERS_CONF=self.work + "/containers.conf")

    def mode(self, words):
        with open(self.mode_file, "w", encoding="ascii") as file:
            file.write(words + "\n")

    def network(self, name, **more):
        return self.engine.ask("POST", API + "/networks/create", dict({"name": name, "dns_enabled": True}, **more))

    def make(self, name, *networks, **more):
        made = self.engine.create(name=name, command=["sleep", "1000"], stop_timeout=0, netns={"nsmode": "bridge"},
                                  Networks={network: {} for network in networks}, **more)
        return made

    def post(self, path, body=None):
        return self.engine.call("POST", API + path, body)

    def run(self, name, *networks, **more):
        made = self.make(name, *networks, **more)
        status, reply = self.post("/containers/%s/start" % name)
        assert status == 204, reply
        return made

    def networks(self, name):
        return self.engine.inspect(name)["NetworkSettings"].get("Networks") or {}

    def inside(self, name, *argv):
        return run("nsenter", "-t", str(self.engine.inspect(name)["State"]["Pid"]), "-n", *argv)

    def interfaces(self, name):
        lines = self.inside(name, "ip", "-o", "link").splitlines()
        return sorted(line.split(":")[1].strip().split("@")[0] for line in lines)

    def dies(self, path, body):
        try:
            self.post(path, body)
        except OSError as error:  # http.client's are among them
            print("the server died, as it should:", repr(error))
        else:
            raise AssertionError("it answered")
        self.engine.process.wait(timeout=20)
        self.start()

    def names(self, asker, name, server):
        """Addresses that the name service says."""
        said = subprocess.run(["nsenter", "-t", str(self.engine.inspect(asker)["State"]["Pid"]), "-n", "busybox", "nslookup", "-type=a",
                               name, server], capture_output=True, text=True, check=False).stdout
        return [line.split()[1] for line in said.splitlines() if line.startswith("Address: ")]

    def await_names(self, asker, name, server, expected):
        deadline = time.monotonic() + 20
        while self.names(asker, name, server) != expected:
            assert time.monotonic() < deadline, (name, self.names(asker, name, server), expected)
            time.sleep(0.05)

    def nothing_left(self):
        """Of networks, once all containers are gone."""
        for listed in self.engine.containers():
            self.engine.remove(listed["Id"])
        deadline = time.monotonic() + 20
        while True:
            links = [line for line in run("ip", "-o", "link").splitlines() if " lo:" not in line]
            files = [name for folder in ("netns", "netavark") for name in os.listdir("%s/coracle/%s" % (self.engine.runroot, folder))
                     if folder == "netns" or name.endswith(".json")]
            if not links and not files:
                return
            assert time.monotonic() < deadline, (links, files)
            time.sleep(0.05)


def a_connect_that_was_killed_never_was(work, engines):
    shop = Shop(work, engines)
    shop.network("first")
    shop.network("second", subnets=[{"subnet": "10.66.1.0/30"}])  # with room for one
    shop.run("ctr", "first")
    shop.mode("kill setup")
    shop.dies("/networks/second/connect", {"container": "ctr"})
    assert list(shop.networks("ctr")) == ["first"], shop.networks("ctr")
    status, reply = shop.post("/networks/second/connect", {"container": "ctr"})
    assert status == 200, reply
    assert shop.interfaces("ctr") == ["eth0", "eth1", "lo"], shop.interfaces("ctr")
    assert shop.networks("ctr")["second"]["IPAddress"] == "10.66.1.2"
    shop.nothing_left()


def a_disconnect_that_was_killed_is_finished(work, engines):
    shop = Shop(work, engines)
    shop.network("first")
    shop.network("second", subnets=[{"subnet": "10.66.1.0/30"}])
    shop.run("ctr", "first", "second")
    assert len(shop.interfaces("ctr")) == 3
    shop.mode("kill teardown")
    shop.dies("/networks/second/disconnect", {"container": "ctr"})
    assert list(shop.networks("ctr")) == ["first"], shop.networks("ctr")
    assert len(shop.interfaces("ctr")) == 2, shop.interfaces("ctr")
    shop.run("other", "second")
    assert shop.networks("other")["second"]["IPAddress"] == "10.66.1.2"
    shop.nothing_left()


def a_start_that_was_killed_gives_all_back(work, engines):
    shop = Shop(work, engines)
    shop.network("net", subnets=[{"subnet": "10.66.1.0/30"}])
    shop.make("ctr", "net", portmappings=[{"container_port": 80, "host_port": 20080}])
    shop.mode("kill setup")
    shop.dies("/containers/ctr/start", None)
    assert shop.engine.inspect("ctr")["State"]["Status"] == "created"
    shop.run("other", "net", portmappings=[{"container_port": 80, "host_port": 20080}])
    assert shop.networks("other")["net"]["IPAddress"] == "10.66.1.2"
    shop.nothing_left()


def a_rename_that_was_killed_is_finished(work, engines):
    shop = Shop(work, engines)
    shop.network("net")
    shop.run("old", "net")
    shop.run("asker", "net")
    there = shop.networks("old")["net"]
    shop.await_names("asker", "old", there["Gateway"], [there["IPAddress"]])
    with open(shop.engine.runroot + "/coracle/netavark.lock", "rb+") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)  # the row has the new name, then it waits for this
        child = os.fork()
        if not child:
            lock.close()
            try:
                shop.post("/containers/old/rename?name=new")
            except OSError:
                os._exit(0)
            os._exit(1)
        deadline = time.monotonic() + 20
        while shop.engine.call("GET", API + "/containers/new/exists")[0] != 204:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert shop.names("asker", "new", there["Gateway"]) == []
        shop.engine.kill()
        assert os.waitpid(child, 0)[1] == 0
        fcntl.lockf(lock, fcntl.LOCK_UN)
    shop.start()
    shop.engine.containers()
    shop.await_names("asker", "new", there["Gateway"], [there["IPAddress"]])
    assert shop.names("asker", "old", there["Gateway"]) == []
    shop.nothing_left()


def an_end_nobody_recorded_is_told_to_linkers(work, engines):
    shop = Shop(work, engines)
    shop.network("net")
    shop.run("target", "net")
    body = {"Image": "coracle/default", "Cmd": ["sleep", "1000"], "HostConfig": {"NetworkMode": "net", "Links": ["target:db"]}}
    shop.engine.ask("POST", "/containers/create?name=linker", body)
    assert shop.post("/containers/linker/start")[0] == 204
    hosts = shop.engine.ask("GET", "/containers/linker/json")["HostsPath"]
    address = shop.networks("target")["net"]["IPAddress"]
    with open(hosts, encoding="ascii") as file:
        assert "%s\tdb\n" % address in file.read()
    state = shop.engine.inspect("target")["State"]
    shop.engine.kill()
    for pid in (state["ConmonPid"], state["Pid"]):  # nobody is left to record the end
        os.kill(pid, signal.SIGKILL)
    shop.start()
    listed = {container["Names"][0]: container["State"] for container in shop.engine.containers()}
    assert listed == {"linker": "running", "target": "exited"}, listed
    with open(hosts, encoding="ascii") as file:
        assert "db" not in file.read().split()
    # and one that was killed before it told them
    with open(hosts, "a", encoding="ascii") as file:
        file.write("192.0.2.1\tdb\n")
    shop.engine.kill()
    shop.start()
    shop.engine.containers()
    with open(hosts, encoding="ascii") as file:
        assert "db" not in file.read().split()
    shop.nothing_left()


def a_netavark_that_fails_gives_its_words(work, engines):
    shop = Shop(work, engines)
    shop.network("net", subnets=[{"subnet": "10.66.1.0/30"}])
    shop.network("second")
    shop.make("ctr", "net", portmappings=[{"container_port": 80, "host_port": 20080}])
    shop.mode("fail setup")
    status, reply = shop.post("/containers/ctr/start")
    assert status == 500 and "netavark setup: the bridge is on fire" in reply["message"], (status, reply)
    state = shop.engine.inspect("ctr")["State"]
    assert state["Status"] == "created" and not state["Pid"] and "on fire" in state["Error"], state
    shop.run("other", "net", portmappings=[{"container_port": 80, "host_port": 20080}])  # address and port are free
    shop.mode("fail setup")
    status, reply = shop.post("/networks/second/connect", {"container": "other"})
    assert status == 500 and "the bridge is on fire" in reply["message"], (status, reply)
    assert list(shop.networks("other")) == ["net"]
    assert shop.interfaces("other") == ["eth0", "lo"]
    shop.nothing_left()


def a_missing_netavark_is_named(work, engines):
    shop = Shop(work, engines)
    shop.network("net")
    shop.run("before", "net")
    shop.engine.stop()
    shop.configure(["/nowhere"])
    shop.start()
    shop.make("ctr", "net")
    status, reply = shop.post("/containers/ctr/start")
    assert 400 <= status < 600 and "netavark is not installed: install the package netavark" in reply["message"], (status, reply)
    assert shop.engine.inspect("ctr")["State"]["Status"] == "created"
    status, reply = shop.post("/networks/net/disconnect", {"container": "before"})
    assert status >= 400 and "netavark is not installed" in reply["message"], (status, reply)
    assert list(shop.networks("before")) == ["net"]
    status, reply = shop.post("/networks/net/disconnect", {"container": "before", "force": True})
    assert status == 200, reply
    assert shop.networks("before") == {}
    shop.engine.stop()
    shop.configure([shop.folder] + PLACES)
    shop.start()
    shop.run("again", "net")
    for name in ("before", "again", "ctr"):
        shop.engine.remove(name)
    shop.engine.ask("DELETE", API + "/networks/net")  # the last that had been there left by force: this takes the bridge down
    shop.nothing_left()
    for pid, _ in list(shop.engine.processes(b"aardvark")):
        os.kill(pid, signal.SIGTERM)  # it was not told of the one that left by force



CASES = {case.__name__: case for case in (
    a_connect_that_was_killed_never_was, a_disconnect_that_was_killed_is_finished, a_start_that_was_killed_gives_all_back,
    a_rename_that_was_killed_is_finished, an_end_nobody_recorded_is_told_to_linkers,
    a_netavark_that_fails_gives_its_words, a_missing_netavark_is_named)}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
