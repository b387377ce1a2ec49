#!/usr/bin/env python3
"""A server with the netavark of the Debian 13 tree, which is newer: its firewall is nftables, and it knows more options.

    unshare --mount --net python3 netavark.py BUILD PEERS CASE
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, run, run_case  # noqa: E402

BUILD, PEERS = sys.argv[1:3]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")


class Shop:
    def __init__(self, work, engines, driver="nftables"):
        self.engine = Engine(BUILD, work)
        self.work = work
        engines.append(self.engine)
        self.show_to_peers()
        folder = os.path.join(work, "helpers")
        os.mkdir(folder)
        with open(folder + "/netavark", "w", encoding="ascii") as file:
            file.write('#!/bin/sh\nexec chroot %s /usr/lib/podman/netavark "$@"\n' % PEERS)
        os.chmod(folder + "/netavark", 0o755)
        with open(work + "/containers.conf", "w", encoding="ascii") as file:
            file.write('[engine]\nhelper_binaries_dir = ["%s", "/usr/lib/podman"]\n[network]\nfirewall_driver = "%s"\n' % (folder, driver))
        self.engine.start(CONTAINERS_CONF=work + "/containers.conf")
        self.engine.import_default_image(CONTRIB)

    def show_to_peers(self):
        """Our folder, with what is mounted in it later, at the same place in the tree."""
        place = PEERS + self.work
        os.makedirs(place)
        run("mount", "--make-rshared", self.work)
        run("mount", "--rbind", self.work, place)

    def hide(self):
        run("umount", "-l", PEERS + self.work)
        os.rmdir(PEERS + self.work)

    def network(self, name, **more):
        return self.engine.ask("POST", API + "/networks/create", dict({"name": name, "dns_enabled": True}, **more))

    def run(self, name, *networks, **more):
        made = self.engine.create(name=name, command=["httpd", "-f", "-p", "80", "-h", "/etc"], stop_timeout=0,
                                  netns={"nsmode": "bridge"}, Networks={network: {} for network in networks}, **more)
        self.engine.ask("POST", API + "/containers/%s/start" % name)
        return made

    def inside(self, name, *argv):
        return run("nsenter", "-t", str(self.engine.inspect(name)["State"]["Pid"]), "-n", *argv)

    def address(self, name, network):
        return self.engine.inspect(name)["NetworkSettings"]["Networks"][network]["IPAddress"]

    def remove_all(self):
        for listed in self.engine.containers():
            self.engine.remove(listed["Id"])
        endpoints = os.path.join(self.work, "run/coracle/endpoints")
        until(lambda: not os.path.isdir(endpoints) or not os.listdir(endpoints), "the end of the exit handlers' work with networks")


def rules():
    return subprocess.run(["chroot", PEERS, "nft", "list", "ruleset"], capture_output=True, text=True, check=True).stdout


def answers(host, port, *before):
    return subprocess.run([*before, "curl", "-gsf", "-o", "/dev/null", "--max-time", "2", "http://%s:%d/passwd" % (host, port)],
                          check=False).returncode == 0


def until(true, what):
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def nftables_is_the_firewall(shop):
    made = shop.network("net")
    shop.run("web", "net", portmappings=[{"container_port": 80, "host_port": 20080}])
    until(lambda: answers("127.0.0.1", 20080), "the published port")
    assert "table inet netavark" in rules() and "nv_%s" % made["id"][:8] in rules(), rules()
    assert not run("iptables-save", "-t", "nat").count("NETAVARK"), "iptables has rules as well"
    run("chroot", PEERS, "nft", "delete", "table", "inet", "netavark")
    assert not answers("127.0.0.1", 20080)
    assert shop.engine.ask("POST", API + "/networks/reload?containers=web")[0]["Err"] is None
    until(lambda: answers("127.0.0.1", 20080), "the port after a reload")
    shop.run("plain", "net")  # without ports: the rules that are there are enough for it
    assert answers(shop.address("web", "net"), 80, "nsenter", "-t", str(shop.engine.inspect("plain")["State"]["Pid"]), "-n")
    server = shop.engine.inspect("web")["NetworkSettings"]["Networks"]["net"]["Gateway"]
    until(lambda: shop.address("web", "net") in shop.inside("plain", "busybox", "nslookup", "-type=a", "web", server), "the name")
    shop.remove_all()
    shop.engine.ask("DELETE", API + "/networks/net")
    assert "nv_%s" % made["id"][:8] not in rules(), rules()


def a_rename_reaches_its_name_service(shop):
    shop.network("net")
    shop.network("inner", internal=True)
    shop.run("old", "net", "inner")
    shop.run("asker", "net", "inner")
    shop.engine.ask("POST", API + "/containers/old/rename?name=new")
    for network in ("net", "inner"):
        address, server = shop.address("new", network), shop.engine.inspect("asker")["NetworkSettings"]["Networks"][network]["Gateway"]
        until(lambda: address in subprocess.run(["nsenter", "-t", str(shop.engine.inspect("asker")["State"]["Pid"]), "-n", "busybox",
                                                 "nslookup", "-type=a", "new", server], capture_output=True, text=True, check=False).stdout,
              "the new name on %s" % network)
    shop.remove_all()


def newer_options_are_honoured(shop):
    shop.network("quiet", options={"no_default_route": "true"})
    shop.network("routed", subnets=[{"subnet": "10.66.2.0/24"}], options={"no_default_route": "true"},
                 routes=[{"destination": "10.67.0.0/16", "gateway": "10.66.2.9", "metric": 42}])
    shop.run("quiet", "quiet")
    assert "default" not in shop.inside("quiet", "ip", "route")
    shop.run("routed", "routed")
    routes = shop.inside("routed", "ip", "route")
    assert "10.67.0.0/16 via 10.66.2.9" in routes and "metric 42" in routes and "default" not in routes, routes
    shop.network("strict", options={"isolate": "strict"})
    shop.network("open")
    shop.run("strict", "strict")
    shop.run("open", "open")
    own = ("nsenter", "-t", str(shop.engine.inspect("open")["State"]["Pid"]), "-n")
    until(lambda: answers(shop.address("strict", "strict"), 80), "the host's way in")
    assert not answers(shop.address("strict", "strict"), 80, *own)
    shop.remove_all()


CASES = {case.__name__: case for case in (nftables_is_the_firewall, a_rename_reaches_its_name_service, newer_options_are_honoured)}


def in_shop(case):
    def run_in_shop(work, engines):
        shop = Shop(work, engines)
        try:
            case(shop)
        finally:
            shop.hide()
    return run_in_shop


if __name__ == "__main__":
    run_case({name: in_shop(case) for name, case in CASES.items()}, sys.argv[3])
