#!/usr/bin/env python3
"""Two servers and podman on one machine, all making and removing networks, volumes and containers at once.

    unshare --mount --net python3 churn.py --build DIR [--seconds N] [--seed N]

Each run has an exit code to give and an address to have; nothing may be refused, and when everybody is through nothing may
be left: no interface, firewall rule, network namespace, mount, lease, process or file of a volume or network.
"""
import argparse
import ipaddress
import json
import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, leave_machine, private_machine, run, say  # noqa: E402

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
WORKERS = 2  # for each engine
SETTLE_S = 30
# podman 4 asks for more than a machine without CAP_SYS_RESOURCE can give.
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]


class Wrong(Exception):
    """A run that did not do what it was asked for."""


class Coracle:
    """One of our servers."""

    def __init__(self, build, work, name, archive):
        os.mkdir(os.path.join(work, name))
        self.name = name
        self.engine = Engine(build, os.path.join(work, name))
        self.engine.start()
        self.engine.ask("POST", API + "/images/import?reference=coracle/default", archive, content_type="application/x-tar")

    def make_network(self, name):
        made = self.engine.ask("POST", API + "/networks/create", {"name": name, "driver": "bridge", "dns_enabled": True})
        return made["subnets"][0]["subnet"]

    def remove_network(self, name):
        self.engine.ask("DELETE", API + "/networks/" + name)

    def make_volume(self, name):
        self.engine.ask("POST", API + "/volumes/create", {"Name": name})

    def remove_volume(self, name):
        self.engine.ask("DELETE", API + "/volumes/" + name)

    def run(self, name, networks, volume, port, command):
        spec = {"name": name, "command": command, "netns": {"nsmode": "bridge"}, "networks": {net: {} for net in networks},
                "volumes": [{"Name": volume, "Dest": "/data"}]}
        if port:
            spec["portmappings"] = [{"container_port": 80, "host_port": port, "host_ip": "127.0.0.1"}]
        made = self.engine.create(**spec)
        self.engine.ask("POST", API + "/containers/%s/start" % made)
        code = self.engine.ask("POST", API + "/containers/%s/wait" % made)
        framed = self.engine.ask("GET", API + "/containers/%s/logs?stdout=true" % made)
        self.engine.remove(made)
        said = b""
        while framed:
            size = int.from_bytes(framed[4:8], "big")
            said, framed = said + framed[8:8 + size], framed[8 + size:]
        return code, said

    def stop(self):
        self.engine.stop()


class Podman:
    """podman's command line, with a store of its own."""

    def __init__(self, work, name, archive):
        self.name = name
        self.options = ["podman", "--root", os.path.join(work, name, "root"), "--runroot", os.path.join(work, name, "run"),
                        "--cgroup-manager", "cgroupfs", "--events-backend", "file"]
        subprocess.run(self.options + ["import", "-", "localhost/default"], input=archive, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def call(self, *words):
        done = subprocess.run(self.options + list(words), capture_output=True, text=True, check=False)
        if done.returncode:
            raise Wrong("podman %s: %s" % (" ".join(words), done.stderr))
        return done.stdout

    def make_network(self, name):
        self.call("network", "create", name)
        return json.loads(self.call("network", "inspect", name))[0]["subnets"][0]["subnet"]

    def remove_network(self, name):
        self.call("network", "rm", name)

    def make_volume(self, name):
        self.call("volume", "create", name)

    def remove_volume(self, name):
        self.call("volume", "rm", name)

    def run(self, name, networks, volume, port, command):
        words = ["run", "--rm", *LIMITS, "--name", name, "--volume", volume + ":/data"]
        for network in networks:
            words += ["--network", network]
        if port:
            words += ["--publish", "127.0.0.1:%d:80" % port]
        return 0, self.call(*words, "localhost/default", *command).encode()

    def stop(self):
        pass


class Worker(threading.Thread):
    """Makes, uses and removes until time is up."""

    def __init__(self, engine, number, seed, until):
        super().__init__()
        self.engine, self.until = engine, until
        self.rng = random.Random("%d %s %d" % (seed, engine.name, number))
        self.prefix = "%s-%d" % (engine.name, number)
        self.port = 20000 + 100 * number + {"one": 0, "two": 1000, "podman": 2000}[engine.name]
        self.rounds, self.failure = 0, None

    def round(self):
        engine, rng = self.engine, self.rng
        networks = ["%s-net%d" % (self.prefix, i) for i in range(rng.choice([1, 1, 2]))]
        volume = self.prefix + "-data"
        subnets = [ipaddress.ip_network(engine.make_network(network)) for network in networks]
        engine.make_volume(volume)
        for i in range(rng.choice([1, 2, 3])):
            port = self.port + i if rng.random() < 0.5 else None
            command = ["sh", "-c", "echo x >>/data/file; ip -4 -o addr show; wc -l </data/file"]
            code, said = engine.run("%s-%d" % (self.prefix, i), networks, volume, port, command)
            lines = said.decode(errors="replace").splitlines()
            addresses = [ipaddress.ip_interface(line.split()[3]) for line in lines if " eth" in line]
            if code != 0 or lines[-1].strip() != str(i + 1):
                raise Wrong("run %d of %s: code %s, %r" % (i, self.prefix, code, said))
            if sorted(address.network for address in addresses) != sorted(subnets):
                raise Wrong("%s has %s on %s" % (self.prefix, addresses, subnets))
        for network in networks:
            engine.remove_network(network)
        engine.remove_volume(volume)

    def run(self):
        try:
            while time.monotonic() < self.until:
                self.round()
                self.rounds += 1
        except Exception as failure:  # told by the main thread
            self.failure = failure


def snapshot(work, engines):
    """What could be left behind, as a set of sentences."""
    there = {"interface " + line.split(":")[1].strip() for line in run("ip", "-o", "link").splitlines()}
    there |= {"rule " + line for line in run("iptables-save").splitlines() if line.startswith("-A")}
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        points = [line.split()[4] for line in file]
    there |= {"mount " + point for point in points if point.startswith((work + "/", "/run/netns/"))}
    for engine in engines:
        if isinstance(engine, Coracle):
            there |= {"process %d" % pid for pid, _ in engine.engine.processes()}
            for top in ("coracle/volumes", "coracle/networks", "overlay-containers"):
                folder = os.path.join(engine.engine.root, top)
                there |= {"file %s/%s" % (folder, name) for name in (os.listdir(folder) if os.path.isdir(folder) else [])}
            there |= {"namespace " + name for name in os.listdir(os.path.join(engine.engine.runroot, "coracle", "netns"))}
    return there


def await_nothing_left(work, engines, baseline):
    deadline = time.monotonic() + SETTLE_S
    while True:
        left = snapshot(work, engines) - baseline
        if not left:
            return
        if time.monotonic() > deadline:
            raise Wrong("left behind:\n  " + "\n  ".join(sorted(left)))
        time.sleep(0.05)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", required=True)
    arguments.add_argument("--seconds", type=int, default=600)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    options = arguments.parse_args()
    say("seed %d" % options.seed)
    work = private_machine()
    with open("/dev/null", "rb") as nothing:
        archive = subprocess.run([os.path.join(CONTRIB, "default-image.sh")], check=True, stdin=nothing,
                                 stdout=subprocess.PIPE).stdout
    engines = []
    try:
        for name in ("one", "two"):
            engines.append(Coracle(options.build, work, name, archive))
        engines.append(Podman(work, "podman", archive))
        for engine in engines:  # what the first run makes for good
            worker = Worker(engine, 99, options.seed, 0)
            worker.round()
        baseline = snapshot(work, engines)
        workers = [Worker(engine, number, options.seed, time.monotonic() + options.seconds)
                   for engine in engines for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        failures = ["%s: %s" % (worker.prefix, worker.failure) for worker in workers if worker.failure]
        if failures:
            raise Wrong("\n".join(failures))
        await_nothing_left(work, engines, baseline)
        say(", ".join("%s: %d rounds" % (worker.prefix, worker.rounds) for worker in workers) + ": nothing left behind")
        for engine in engines:
            engine.stop()
    except BaseException:
        for engine in engines:
            if isinstance(engine, Coracle):
                with open(engine.engine.log, encoding="utf-8", errors="replace") as log:
                    say("--- the log of %s:\n%s" % (engine.name, log.read()[-3000:]))
        raise
    finally:
        for engine in engines:
            if isinstance(engine, Coracle):
                for pid, _ in list(engine.engine.processes()):
                    os.kill(pid, 9)
                if engine.engine.process.poll() is None:
                    engine.engine.kill()
        subprocess.run(["umount", "-l", os.path.join(work, "podman", "root", "overlay")], check=False, capture_output=True)
        leave_machine(work)


if __name__ == "__main__":
    main()
