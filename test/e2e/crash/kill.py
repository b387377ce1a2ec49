#!/usr/bin/env python3
"""Kills the server, and what it starts, with SIGKILL at random moments while containers come and go.

    unshare --mount --net python3 kill.py --build DIR [--rounds N] [--seconds N] [--seed N] [--network none|bridge|both]

Each round brings a container to some point of its life, begins one more step and kills in the middle of it: the server,
the `coracled cleanup` that conmon calls, or both. Then a new server has to list, to remove everything with force and to
run a new container, and nothing may be left: no mount, namespace, cgroup, process, interface, firewall rule, address or
file. The seed that is printed repeats the choices; the moments depend on the machine.
"""
import argparse
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import leftovers  # noqa: E402
from leftovers import Left  # noqa: E402
from private import API, Engine, leave_machine, private_machine, say  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRIB = os.path.join(HERE, "..", "..", "..", "contrib")

OBEDIENT = ["sh", "-c", 'trap "exit 0" TERM; sleep 1000 & wait']
STUBBORN = ["sh", "-c", 'trap "" TERM; while :; do sleep 1000; done']
SHORT = ["sh", "-c", "echo out; echo err >&2"]


class Container:
    """One container's way through its life; every method is one step."""

    def __init__(self, engine, network, number, rng):
        self.engine = engine
        self.id = "c%d" % number
        self.spec = {
            "name": self.id,
            "command": rng.choice([OBEDIENT, OBEDIENT, STUBBORN]),
            "netns": {"nsmode": network},
            "stop_timeout": 1,
            "volumes": [{"Dest": "/anonymous", "IsAnonymous": True}] if rng.random() < 0.3 else [],
        }
        self.mounted = rng.random() < 0.4
        if self.mounted:
            self.spec["volumes"].append({"Name": self.id + "-mounted", "Dest": "/mounted"})
        if network == "bridge" and rng.random() < 0.5:
            self.spec["portmappings"] = [{"container_port": 80, "host_port": 20000 + number}]
        if rng.random() < 0.3:
            ids = [{"container_id": 0, "host_id": 500000, "size": 65536}]
            self.spec["userns"] = {"nsmode": "private"}
            self.spec["idmappings"] = {"HostUIDMapping": False, "HostGIDMapping": False, "UIDMap": ids, "GIDMap": ids}
        self.force = rng.random() < 0.6
        self.attached = rng.random() < 0.5

    def create(self):
        if self.mounted:
            self.engine.ask("POST", API + "/volumes/create", {"Name": self.id + "-mounted",
                                                              "Options": {"type": "tmpfs", "device": "tmpfs"}})
        self.engine.create(**self.spec)

    def start(self):
        self.engine.ask("POST", API + "/containers/%s/start" % self.id)

    def init(self):
        self.engine.ask("POST", API + "/containers/%s/init" % self.id)

    def stop(self):
        seconds = 0 if self.spec["command"] is STUBBORN else 1
        self.engine.ask("POST", API + "/containers/%s/stop?timeout=%d" % (self.id, seconds))

    def restart(self):
        self.engine.ask("POST", API + "/containers/%s/restart?t=0" % self.id)

    def kill(self):
        self.engine.ask("POST", API + "/containers/%s/kill?signal=KILL" % self.id)
        self.engine.ask("POST", API + "/containers/%s/wait?condition=exited" % self.id)

    def exec(self):
        made = self.engine.ask("POST", API + "/containers/%s/exec" % self.id,
                               {"Cmd": ["sh", "-c", "echo one; sleep 0.05"], "AttachStdout": True,
                                "AttachStderr": True})
        self.engine.ask("POST", API + "/exec/%s/start" % made["Id"], {"Detach": not self.attached})

    def remove(self):
        self.engine.ask("DELETE", API + "/containers/%s?force=%s&v=true" % (self.id, "true" if self.force else "false"),
                        expect=(200, 204, 404, 409))

    def run_short(self):
        """Start of a container that ends at once, until its end is seen."""
        self.start()
        self.engine.ask("POST", API + "/containers/%s/wait?condition=exited&condition=removing" % self.id,
                        expect=(200, 404, 500))


# What came before, the step in which the kill falls.
LIVES = [
    ((), "create"),
    (("create",), "start"),
    (("create",), "start"),
    (("create",), "init"),
    (("create", "init"), "start"),
    (("create", "init"), "stop"),
    (("create", "init"), "remove"),
    (("create", "start"), "stop"),
    (("create", "start", "stop"), "start"),
    (("create", "start"), "restart"),
    (("create", "start"), "kill"),
    (("create", "start"), "exec"),
    (("create",), "remove"),
    (("create", "start"), "remove"),
    (("create", "start", "exec"), "remove"),
    (("create", "start", "stop"), "remove"),
]


class Crasher:
    def __init__(self, options, work):
        self.rng = random.Random(options.seed)
        self.engine = Engine(options.build, work)
        self.work = work
        self.durations = {}
        self.baseline = None

    # ---- moments ----

    def measure(self, container, step):
        begin = time.monotonic()
        getattr(container, step)()
        spent = time.monotonic() - begin
        key = (container.spec["netns"]["nsmode"], step)
        self.durations[key] = spent if key not in self.durations else (self.durations[key] * 3 + spent) / 4

    def begin(self, container, step):
        def body():
            try:
                getattr(container, step)()
            except Exception:  # the server is killed under it: any end is right
                pass

        thread = threading.Thread(target=body, daemon=True)
        thread.start()
        return thread

    def await_process(self, word, thread):
        """Until a program of ours with @word on its command line is there, or the step is over."""
        while True:
            over = not thread.is_alive()
            for pid, _ in self.engine.processes(word):
                return pid
            if over:
                return None

    def kill_pid(self, pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass

    def strike(self, container, step):
        """Kills in the middle of @step; says what and when."""
        rng = self.rng
        expected = self.durations.get((container.spec["netns"]["nsmode"], step), 0.1)
        late = rng.random()
        how = rng.choice(["server", "server", "server", "conmon", "cleanup", "netavark"])
        if how == "conmon" and step not in ("start", "init", "exec", "restart", "run_short"):
            how = "server"
        if how == "netavark" and container.spec["netns"]["nsmode"] != "bridge":
            how = "server"
        if how == "cleanup" and step in ("create", "init", "start"):
            how = "server"
        both = rng.random() < 0.5
        thread = self.begin(container, step)
        if how == "server":
            time.sleep(late * expected * 1.1)
            self.engine.kill()
        elif how == "cleanup":  # conmon's exit command, and half of the times the server too
            pid = self.await_process(b"\0cleanup\0", thread)
            time.sleep(late * 0.06)
            if pid:
                self.kill_pid(pid)
            if not both:
                time.sleep(rng.random() * 0.05)
            self.engine.kill()
        else:  # between a helper's start and the record of what it did
            self.await_process(b"conmon\0" if how == "conmon" else b"netavark\0", thread)
            time.sleep(late * late * 0.04)
            self.engine.kill()
        thread.join()
        return "%s killed, %d%% of %d ms" % (how, late * 100, expected * 1000)

    # ---- what has to hold ----

    def check(self, network):
        engine = self.engine
        listed = engine.containers()
        self.ids.update(container["Id"] for container in listed)
        for container in listed:
            engine.remove(container["Id"])
        listed = engine.containers()
        if listed:
            raise Left("listed after rm -f: %s" % listed)
        for volume in engine.ask("GET", API + "/volumes/json"):
            engine.ask("DELETE", API + "/volumes/%s" % volume["Name"])
        self.run_new(network)
        self.await_nothing_left(network)

    def run_new(self, network):
        engine = self.engine
        made = engine.create(command=SHORT, netns={"nsmode": network})
        self.ids.add(made)
        engine.ask("POST", API + "/containers/%s/start" % made)
        code = engine.ask("POST", API + "/containers/%s/wait" % made)
        if code != 0:
            raise Left("the new container's exit code is %s" % code)
        said = engine.ask("GET", API + "/containers/%s/logs?stdout=true&stderr=true" % made)
        if b"out\n" not in said or b"err\n" not in said:
            raise Left("the new container's log is %r" % said)
        engine.ask("DELETE", API + "/containers/%s?v=true" % made)

    def snapshot(self, bridge):
        return leftovers.snapshot(self.engine, self.work, self.ids, bridge)

    def await_nothing_left(self, network):
        leftovers.await_none(self.baseline, lambda: self.snapshot(network == "bridge"))

    # ---- rounds ----

    def warm_up(self, networks):
        """Makes what the first run makes for good, and learns how long steps take here."""
        self.ids = set()
        self.engine.start()
        self.engine.import_default_image(CONTRIB)
        for number, network in enumerate(networks):
            container = Container(self.engine, network, number, random.Random(1))
            container.mounted = True
            container.spec.update(command=OBEDIENT, volumes=[{"Dest": "/anonymous", "IsAnonymous": True},
                                                             {"Name": container.id + "-mounted", "Dest": "/mounted"}])
            for step in ("create", "start", "exec", "restart", "stop", "init", "start", "kill", "remove"):
                self.measure(container, step)
            self.engine.ask("DELETE", API + "/volumes/%s-mounted" % container.id)
            self.baseline = set()
            self.run_new(network)
        while list(self.engine.processes()):
            time.sleep(0.02)
        self.baseline = self.snapshot(True)

    def round(self, number, networks):
        rng = self.rng
        network = rng.choice(networks)
        before, step = rng.choice(LIVES)
        container = Container(self.engine, network, number, rng)
        if rng.random() < 0.15:  # a short life with a restart policy, or removed by itself
            before, step = ("create",), "run_short"
            container.spec["command"] = SHORT
            policies = [{}, {"remove": True}, {"restart_policy": "always"}, {"restart_policy": "on-failure"}]
            container.spec.update(rng.choice(policies))
        for name in before:
            self.measure(container, name)
        self.ids = {listed["Id"] for listed in self.engine.containers()}
        what = "%3d %-6s %s" % (number, network, " ".join(before + ("[%s]" % step,)))
        how = self.strike(container, step)
        if rng.random() < 0.3:
            time.sleep(rng.random() * 0.1)
        try:
            self.engine.start()
            self.check(network)
        except Exception as failure:
            say("%s: %s: FAILED: %s" % (what, how, failure))
            raise
        return "%s: %s" % (what, how)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", required=True)
    arguments.add_argument("--rounds", type=int, default=int(os.environ.get("CRASH_ROUNDS", "200")))
    arguments.add_argument("--seed", type=int,
                           default=int(os.environ.get("CRASH_SEED", "0")) or random.randrange(1 << 31))
    arguments.add_argument("--network", choices=["none", "bridge", "both"], default="both")
    arguments.add_argument("--seconds", type=int, default=0, help="begin no further round after so many")
    arguments.add_argument("--verbose", action="store_true")
    options = arguments.parse_args()
    networks = ["none", "bridge"] if options.network == "both" else [options.network]
    say("seed %d, %d rounds" % (options.seed, options.rounds))
    work = private_machine()
    crasher = Crasher(options, work)
    done = 0
    try:
        crasher.warm_up(networks)
        begin = time.monotonic()
        for number in range(options.rounds):
            if options.seconds and time.monotonic() - begin > options.seconds:
                break
            done += 1
            said = crasher.round(number + 100, networks)
            if options.verbose:
                say(said)
        say("%d rounds in %d s: nothing left behind" % (done, time.monotonic() - begin))
        crasher.engine.stop()
    except BaseException:
        with open(crasher.engine.log, encoding="utf-8", errors="replace") as log:
            say("--- the server's log:\n" + log.read()[-8000:])
        raise
    finally:
        for pid, _ in list(crasher.engine.processes()):
            crasher.kill_pid(pid)
        if crasher.engine.process.poll() is None:
            crasher.engine.kill()
        leave_machine(work)


if __name__ == "__main__":
    main()
