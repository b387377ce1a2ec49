#!/usr/bin/env python3
"""Clients that race for the same few names, while another looks on.

    unshare --mount --net python3 race.py --build DIR [--seconds N] [--clients N] [--seed N]

Contests, in which all clients ask for the same thing at once and one may win, alternate with stretches in which each
does what it likes. No reply may be a 5xx. The events, replayed, have to be a possible history and agree with what the
clients were told and with what lists and inspect say. When all is removed nothing may be left: no process, descriptor,
thread, mount, namespace, cgroup, interface, firewall rule, address or file. How long the onlooker waited for its replies is printed.
"""
import argparse
import collections
import contextlib
import glob
import json
import multiprocessing
import os
import random
import socket
import sys
import threading
import time
from http.client import HTTPException

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import leftovers  # noqa: E402
from history import Follower, History, Impossible, await_agreement  # noqa: E402
from private import API, Engine, UnixConnection, leave_machine, private_machine, say  # noqa: E402

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
STRETCH_S = 20
PORT = 20080
COMMANDS = [
    ["sh", "-c", 'trap "exit 7" TERM; trap "" USR1; sleep 1000 & wait'],
    ["sh", "-c", 'trap "exit 7" TERM; trap "" USR1; sleep 1000 & wait'],
    ["sh", "-c", 'trap "" TERM USR1; while :; do echo word; sleep 1; done'],
    ["sh", "-c", 'trap "" USR1; echo out; exit 3'],
]
ALLOWED = {200, 201, 204, 304, 404, 409}
# 400: a name it has already. 500 of no verb.
ALSO = {"rename": {400}}


class Client:
    """One of those who race; its threads of different stretches go on with the same choices."""

    def __init__(self, race, number, seed):
        self.race, self.engine = race, race.engine
        self.rng = random.Random("%d %d" % (seed, number))
        self.number = number

    def ask(self, verb, method, path, body=None, timeout=90):
        try:
            status, data = self.engine.call(method, path, body, timeout)
        except HTTPException as failure:
            if verb == "leave":
                raise
            self.race.faults.append("%s %s: %r" % (method, path, failure))
            return 0, None
        self.race.note(verb, status, data, "%s %s" % (method, path))
        return status, data

    def place(self):
        """Of one of the dialects."""
        return self.rng.choice(["", API])

    def key(self):
        """A name, or the id or a part of the id of one made lately."""
        rng, ids = self.rng, self.race.recent
        if ids and rng.random() < 0.3:
            return rng.choice(list(ids))[:rng.choice([64, 64, 20])]
        return rng.choice(self.race.names)

    def on(self, verb, method, rest, body=None, **options):
        return self.ask(verb, method, "%s/containers/%s%s" % (self.place(), self.key(), rest), body, **options)

    # ---- verbs ----

    def create(self):
        rng = self.rng
        auto = rng.random() < 0.1
        name = rng.choice(self.race.names) if not auto else "auto-%d" % rng.randrange(3)
        bridge = rng.random() < 0.2
        made = self.create_named(name, rng.choice(COMMANDS), bridge, auto, rng.random() < 0.3)
        if made and auto:
            self.ask("start auto", "POST", "/containers/%s/start" % made)

    def create_named(self, name, command, bridge=False, auto=False, volume=False):
        if self.rng.random() < 0.5:
            host = {"NetworkMode": "bridge" if bridge else "none", "AutoRemove": auto}
            if bridge:
                host["PortBindings"] = {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(PORT)}]} if self.rng.random() < 0.5 else {}
            body = {"Image": "coracle/default", "Cmd": command, "HostConfig": host, "StopTimeout": 1, "Volumes": {"/data": {}} if volume else {}}
            status, data = self.ask("create", "POST", "/containers/create?name=" + name, body)
        else:
            body = {"name": name, "image": "coracle/default", "command": command, "netns": {"nsmode": "bridge" if bridge else "none"},
                    "remove": auto, "stop_timeout": 1, "volumes": [{"Dest": "/data", "IsAnonymous": True}] if volume else []}
            status, data = self.ask("create", "POST", API + "/containers/create", body)
        if status == 201:
            self.race.created.add(data["Id"])
            self.race.recent.append(data["Id"])
            return data["Id"]
        return None

    def start(self):
        self.on("start", "POST", "/start")

    def stop(self):
        self.on("stop", "POST", "/stop?%s" % self.rng.choice(["t=0", "t=1", "timeout=0"]))

    def restart(self):
        self.on("restart", "POST", "/restart?t=0")

    def kill(self):
        self.on("kill 9", "POST", "/kill?signal=KILL")

    def signal(self):
        self.on("kill 10", "POST", "/kill?signal=USR1")

    def pause(self):
        self.on("pause", "POST", "/pause")

    def unpause(self):
        self.on("unpause", "POST", "/unpause")

    def rename(self):
        self.on("rename", "POST", "/rename?name=" + self.rng.choice(self.race.names))

    def remove(self):
        self.on("rm", "DELETE", "?v=true" + self.rng.choice(["", "&force=true", "&force=true"]))

    def exec(self):
        body = {"Cmd": ["sh", "-c", self.rng.choice(["echo word", "sleep 0.2; exit 5", "sleep 1000"])], "AttachStdout": True}
        status, data = self.on("exec create", "POST", "/exec", body)
        if status == 201:
            detach = "1000" in body["Cmd"][2] or self.rng.random() < 0.5
            self.ask("exec start", "POST", "%s/exec/%s/start" % (self.place(), data["Id"]), {"Detach": detach})
            self.ask("exec inspect", "GET", "%s/exec/%s/json" % (self.place(), data["Id"]))

    def inspect(self):
        self.on("inspect", "GET", "/json?size=true")

    def look(self):
        self.on("look", "GET", self.rng.choice(["/logs?stdout=true", "/top", "/stats?stream=false&one-shot=true", "/json"]))

    def leave(self):
        """Begins something long and goes."""
        rest = self.rng.choice(["POST /attach?stream=true&stdout=true&logs=true", "POST /wait", "GET /logs?stdout=true&follow=true", "GET /stats"])
        method, rest = rest.split(" ")
        with contextlib.suppress(socket.timeout, HTTPException):
            self.on("leave", method, rest, timeout=self.rng.random())

    VERBS = {"create": 16, "start": 16, "stop": 6, "restart": 3, "kill": 5, "signal": 4, "pause": 6, "unpause": 6, "rename": 8,
             "remove": 9, "exec": 12, "inspect": 6, "look": 6, "leave": 4}

    def do_anything_until(self, deadline):
        while time.monotonic() < deadline and len(self.race.faults) < 20:
            getattr(self, self.rng.choices(list(self.VERBS), list(self.VERBS.values()))[0])()


class Onlooker(multiprocessing.Process):
    """Asks again and again, from a process of its own, and keeps how long replies took and what was wrong with them."""

    def __init__(self, engine):
        super().__init__(daemon=True)
        self.engine = engine
        self.here, self.there = multiprocessing.Pipe()

    def ask_on(self):
        self.here.close()
        spent, wrong = collections.defaultdict(list), []
        connection = UnixConnection(self.engine.socket, 90)
        names = ["race-0"]
        while not self.there.poll(0.005) and os.getppid() != 1:
            for kind, path in (("ping", "/_ping"), ("list", "/containers/json?all=true"), ("list libpod", API + "/containers/json?all=true"),
                               ("inspect", "/containers/%s/json" % names[0])):
                begin = time.monotonic()
                connection.request("GET", path)
                reply = connection.getresponse()
                data = reply.read()
                spent[kind].append(time.monotonic() - begin)
                if reply.status not in (200, 404):
                    wrong.append("%s: %d %s" % (path, reply.status, data))
                if kind.startswith("list"):
                    listed = json.loads(data)
                    names = [entry["Names"][0].lstrip("/") for entry in listed] or ["race-0"]
                    if len(set(names)) < len(names) or len({entry["Id"] for entry in listed}) < len(listed):
                        wrong.append("%s: some are there twice: %s" % (path, names))
        self.there.send((dict(spent), wrong))

    def run(self):
        with contextlib.suppress(OSError, HTTPException):  # the server was killed: the parent knows why
            self.ask_on()

    def stop(self):
        self.here.send(True)
        spent, wrong = self.here.recv()
        self.join()
        return spent, wrong


class Race:
    def __init__(self, options, work):
        self.options, self.work = options, work
        self.engine = Engine(options.build, work)
        self.names = ["race-%d" % i for i in range(6)]
        self.recent = collections.deque(maxlen=12)
        self.created, self.faults = set(), []
        self.told, self.lock = collections.Counter(), threading.Lock()
        self.clients = [Client(self, number, options.seed) for number in range(options.clients)]
        self.marks = 0

    def note(self, verb, status, data, what):
        with self.lock:
            self.told[verb, status] += 1
        if status not in ALLOWED | ALSO.get(verb, set()):
            self.faults.append("%s: %d %s" % (what, status, data))

    # ---- everybody at once ----

    def all_do(self, what):
        """@what of each client, in threads that begin at once; what they returned."""
        results, barrier = [None] * len(self.clients), threading.Barrier(len(self.clients))

        def body(client):
            try:
                barrier.wait()
                results[client.number] = what(client)
            except Exception as failure:
                self.faults.append("%s: %r" % (threading.current_thread().name, failure))

        threads = [threading.Thread(target=body, args=(client,)) for client in self.clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.faults:
            raise Impossible("\n".join(self.faults[:10]))
        return results

    def contest(self, verb, method, path, lost, body=None, winners=1):
        """One gets a 2xx, all others @lost. @path: text, or made for each client."""
        replies = self.all_do(lambda client: client.ask(verb, method, path(client) if callable(path) else client.place() + path, body))
        statuses = collections.Counter(status for status, _ in replies)
        won = sum(count for status, count in statuses.items() if status < 300)
        if won != winners or set(statuses) - {200, 201, 204} - set(lost):
            raise Impossible("%s: %s" % (verb, replies))
        return [data for status, data in replies if status < 300][0]

    def contests(self):
        first = self.clients[0]
        body = {"Image": "coracle/default", "Cmd": COMMANDS[0], "HostConfig": {"NetworkMode": "none"}}
        made = self.contest("create", "POST", lambda client: "/containers/create?name=contest", [409], body)["Id"]
        self.created.add(made)
        self.contest("start", "POST", "/containers/contest/start", [304])
        session = first.ask("exec create", "POST", "/containers/contest/exec", {"Cmd": ["true"], "AttachStdout": True})[1]["Id"]
        self.contest("exec start", "POST", "/exec/%s/start" % session, [409], {"Detach": True})
        self.contest("pause", "POST", "/containers/contest/pause", [409])
        self.contest("unpause", "POST", "/containers/contest/unpause", [409])
        self.contest("rm", "DELETE", "/containers/%s?force=true" % made, [404, 409])
        made = [client.create_named("contest-%d" % client.number, COMMANDS[0]) for client in self.clients]
        self.contest("rename", "POST", lambda client: "%s/containers/%s/rename?name=contest" % (client.place(), made[client.number]), [409])
        self.all_do(lambda client: client.ask("rm", "DELETE", "/containers/" + made[client.number]))

    # ---- what has to hold ----

    def look(self):
        listed = self.engine.call("GET", "/containers/json?all=true")[1]
        for entry in listed:
            status, data = self.engine.call("GET", "/containers/%s/json" % entry["Id"])
            if status == 200 and data["Id"] != entry["Id"]:
                raise Impossible("asked for %s, got %s" % (entry["Id"], data["Id"]))
        return {entry["Id"]: (entry["Names"][0].lstrip("/"), entry["State"]) for entry in listed}

    def mark(self):
        self.marks += 1
        name = "mark-%d" % self.marks
        self.engine.ask("POST", "/volumes/create", {"Name": name})
        self.engine.ask("DELETE", "/volumes/" + name)
        return "volume", "destroy", name

    def check_counts(self, history):
        """What clients were told against what happened."""
        def told(verb):
            return sum(count for (said, status), count in self.told.items() if said == verb and status < 300)
        counts, autos = history.counts, sum(ctr.name.startswith("auto-") for ctr in history.gone.values())
        wrong = ["%s: %d told, %d happened" % (verb, told(verb), counts[event])
                 for verb, event in (("create", "create"), ("rename", "rename"), ("pause", "pause"), ("exec create", "exec_create"))
                 if told(verb) != counts[event]]
        starts = told("start") + told("start auto")
        if not starts <= counts["start"] <= starts + sum(count for (verb, _), count in self.told.items() if verb == "restart"):
            wrong.append("start: %d told, %d restarts, %d happened" % (starts, told("restart"), counts["start"]))
        if not counts["destroy"] - autos <= told("rm") <= counts["destroy"]:
            wrong.append("rm: %d told, %d happened, %d of them by themselves" % (told("rm"), counts["destroy"], autos))
        ids = set(history.there) | set(history.gone)
        if ids != self.created:
            wrong.append("created: %s told, %s happened" % (self.created - ids, ids - self.created))
        if wrong:
            raise Impossible("; ".join(wrong))

    def snapshot(self):
        pid = self.engine.process.pid
        threads = {"%d threads" % len(os.listdir("/proc/%d/task" % pid))}
        return leftovers.snapshot(self.engine, self.work, self.created) | leftovers.descriptors(pid) | threads

    def await_quiet(self):
        """Until no exit command is at work any more."""
        while list(self.engine.processes()):
            time.sleep(0.02)

    def sanitizer_reports(self):
        return glob.glob(os.path.join(self.work, "sanitizer.*"))

    def show_sanitizers(self):
        for path in self.sanitizer_reports():
            with open(path, encoding="utf-8", errors="replace") as file:
                say("--- %s\n%s" % (path, file.read()[:12000]))

    # ---- the run ----

    def start_server(self):
        options = "log_path=%s/sanitizer " % self.work
        here = os.path.dirname(os.path.abspath(__file__))
        self.engine.start(ASAN_OPTIONS=options + "detect_leaks=1", UBSAN_OPTIONS=options + "print_stacktrace=1",
                          TSAN_OPTIONS=options + "history_size=4 suppressions=%s/race.supp" % here)
        self.engine.import_default_image(CONTRIB)

    def warm_up(self):
        """What the first of its kind makes for good."""
        made = self.clients[0].create_named("warm", COMMANDS[0], bridge=True, volume=True)
        for step in ("start", "pause", "unpause", "restart", "rename?name=warmer", "rename?name=warm", "stop?t=0"):
            self.clients[0].ask(step.split("?")[0], "POST", "/containers/warm/" + step)
        self.engine.remove(made)
        self.told["rm", 204] += 1

    def stretch(self, until):
        deadline = min(until, time.monotonic() + STRETCH_S)
        self.all_do(lambda client: client.do_anything_until(deadline))

    def run(self):
        self.start_server()
        onlooker = Onlooker(self.engine)
        follower, history = Follower(self.engine), History()
        follower.start()
        self.warm_up()
        await_agreement(follower, history, self.look, self.mark)
        self.await_quiet()
        baseline = self.snapshot()
        onlooker.start()
        until = time.monotonic() + self.options.seconds
        while time.monotonic() < until:
            self.contests()
            self.stretch(until)
            await_agreement(follower, history, self.look, self.mark)
        spent, wrong = onlooker.stop()
        if wrong:
            raise Impossible("\n".join(wrong[:10]))
        for ident in self.look():
            self.told["rm", self.engine.call("DELETE", "/containers/%s?force=true&v=true" % ident)[0]] += 1
        await_agreement(follower, history, self.look, self.mark)
        self.check_counts(history)
        leftovers.await_none(baseline, self.snapshot)
        return spent, history

    def report(self, spent, history):
        for verb in sorted({verb for verb, _ in self.told}):
            say("%-13s %s" % (verb, "  ".join("%d: %d" % (status, count) for (said, status), count in sorted(self.told.items()) if said == verb)))
        say("events: %s" % dict(history.counts))
        for kind, times in spent.items():
            times.sort()
            say("%-12s %6d replies, p50 %.1f ms, p99 %.1f ms, longest %.1f ms" % (
                kind, len(times), times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3, times[-1] * 1e3))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", required=True)
    arguments.add_argument("--seconds", type=int, default=120)
    arguments.add_argument("--clients", type=int, default=50)
    arguments.add_argument("--seed", type=int, default=random.randrange(1 << 31))
    options = arguments.parse_args()
    say("seed %d" % options.seed)
    work = private_machine()
    race = Race(options, work)
    try:
        spent, history = race.run()
        race.report(spent, history)
        race.engine.stop()
        if race.sanitizer_reports():
            raise leftovers.Left("a sanitizer complained")
        say("nothing left behind")
    except BaseException:
        race.show_sanitizers()
        with open(race.engine.log, encoding="utf-8", errors="replace") as log:
            say("--- the server's log:\n" + log.read()[-6000:])
        raise
    finally:
        for pid, _ in list(race.engine.processes()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        if race.engine.process and race.engine.process.poll() is None:
            race.engine.kill()
        leave_machine(work)


if __name__ == "__main__":
    main()
