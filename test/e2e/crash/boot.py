#!/usr/bin/env python3
"""What a boot of the machine leaves of containers, and what becomes of them.

    unshare --mount --net python3 boot.py --build DIR CASE

The boot: everything that runs is killed, with conmon first so that nobody records an end; mounts, interfaces, firewall
rules and /run are gone; the kernel has another boot id.
"""
import argparse
import concurrent.futures
import ctypes
import glob
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, leave_machine, private_machine, run, say  # noqa: E402

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
PR_SET_CHILD_SUBREAPER = 36
BOOT_ID = "/proc/sys/kernel/random/boot_id"


class Machine:
    def __init__(self, build):
        self.work = private_machine()
        self.engine = Engine(build, self.work)
        self.boot_id = os.path.join(self.work, "boot_id")
        self.new_boot_id()
        run("mount", "--bind", self.boot_id, BOOT_ID)
        self.engine.start()
        self.engine.import_default_image(CONTRIB)

    def new_boot_id(self):
        with open(self.boot_id, "w", encoding="ascii") as file:
            file.write("%s\n" % uuid.uuid4())

    def make(self, name, start=True, **spec):
        spec.setdefault("command", ["sleep", "1000"])
        self.engine.create(name=name, stop_timeout=0, **spec)
        if start:
            self.post(name, "start")

    def post(self, name, what, body=None):
        return self.engine.ask("POST", API + "/containers/%s/%s" % (name, what), body)

    def state(self, name):
        return self.engine.inspect(name)["State"]

    def await_state(self, name, word, seconds=30):
        deadline = time.monotonic() + seconds
        while self.state(name)["Status"] != word:
            if time.monotonic() > deadline:
                raise AssertionError("%s is not %s: %s" % (name, word, self.state(name)))
            time.sleep(0.02)

    def power_off(self, keep_runroot=False):
        ids = [listed["Id"] for listed in self.engine.containers()]
        pids = [self.engine.inspect(made)["State"]["Pid"] for made in ids]
        self.engine.kill()
        for pid, _ in list(self.engine.processes()):
            os.kill(pid, signal.SIGKILL)
        for path in glob.glob("/sys/fs/cgroup/freezer/**/freezer.state", recursive=True):
            if os.path.basename(os.path.dirname(path)) in ids:  # the dead do not stay frozen
                with open(path, "w", encoding="ascii") as file:
                    file.write("THAWED")
        for pid in pids:
            if pid:
                os.kill(pid, signal.SIGKILL)
        while any(os.path.exists("/proc/%d/root/bin" % pid) for pid in pids if pid):
            time.sleep(0.01)
        with open("/proc/self/mountinfo", encoding="utf-8") as file:
            points = [line.split()[4] for line in file]
        for point in reversed(points):
            if point.startswith(self.work + "/"):
                run("umount", "-l", point)
        if not keep_runroot:
            shutil.rmtree(self.engine.runroot)
        for line in run("ip", "-o", "link").splitlines():
            name = line.split(":")[1].strip().split("@")[0]
            if name != "lo":
                subprocess.run(["ip", "link", "delete", name], check=False, capture_output=True)
        run("iptables-restore", input="*nat\nCOMMIT\n*filter\nCOMMIT\n")
        shutil.rmtree("/run/crun", ignore_errors=True)
        self.new_boot_id()

    def off(self):
        for listed in self.engine.containers():
            self.engine.remove(listed["Id"])
        while list(self.engine.processes()):
            time.sleep(0.02)
        self.left()
        self.engine.stop()

    def left(self):
        """What remains of containers that are gone."""
        with open("/proc/self/mountinfo", encoding="utf-8") as file:
            mounts = [line.split()[4] for line in file if line.split()[4].startswith(self.work + "/")]
        files = [os.path.join(folder, name)
                 for folder, folders, names in os.walk(self.engine.runroot + "/coracle") for name in folders + names
                 if os.path.basename(folder) in ("netns", "exits", "persist", "mounts")
                 or (os.path.basename(folder) == "netavark" and name.endswith(".json"))]
        links = [line for line in run("ip", "-o", "link").splitlines() if " lo:" not in line]
        assert not mounts and not files and not links, (mounts, files, links)


def what_ran_is_exited(machine):
    machine.make("plain")
    machine.make("bridged", netns={"nsmode": "bridge"}, portmappings=[{"container_port": 80, "host_port": 20080}])
    machine.make("fresh", start=False)
    made = machine.post("plain", "exec", {"Cmd": ["sleep", "1000"]})["Id"]
    machine.engine.ask("POST", API + "/exec/%s/start" % made, {"Detach": True})
    machine.post("plain", "pause")
    machine.power_off()
    machine.engine.start()
    for name in ("plain", "bridged"):
        state = machine.state(name)
        assert state["Status"] == "exited" and state["ExitCode"] == 255 and not state["Pid"], state
    assert machine.state("fresh")["Status"] == "created"
    told = machine.engine.ask("GET", API + "/events?stream=false&since=0&filters=%7B%22type%22%3A%5B%22system%22%5D%7D")
    assert told["Type"] == "system" and told["Action"] == "refresh", told  # one, after the boot that was not the first
    session = machine.engine.ask("GET", API + "/exec/%s/json" % made)
    assert not session["Running"] and session["ExitCode"] == 255, session
    for name in ("plain", "bridged", "fresh"):  # the port and the address are free again
        machine.post(name, "start")
        machine.await_state(name, "running")
    machine.post("plain", "stop")


def what_was_initialized_is_as_made(machine):
    """The server's end leaves it initialized, ready to be started; the machine's does not."""
    bridge = {"nsmode": "bridge"}
    for name in ("kept", "lost", "again"):
        machine.make(name, start=False, netns=bridge, restart_policy="always" if name == "lost" else "no")
    machine.post("again", "start")
    machine.post("again", "stop")
    for name in ("kept", "lost", "again"):
        machine.post(name, "init")
    before = machine.state("kept")
    machine.engine.kill()
    machine.engine.start()
    assert machine.state("kept") == before and before["Status"] == "initialized", (before, machine.state("kept"))
    machine.post("kept", "start")
    after = machine.state("kept")
    assert after["Status"] == "running" and after["Pid"] == before["Pid"], (before, after)
    machine.power_off()
    machine.engine.start()
    state = machine.state("lost")
    assert state["Status"] == "created" and not state["Pid"] and state["ExitCode"] == 0, state
    state = machine.state("again")
    assert state["Status"] == "exited" and not state["Pid"], state
    for name in ("lost", "again"):
        machine.post(name, "init")
        machine.post(name, "start")
        machine.await_state(name, "running")


def addresses_and_ports_are_free_again(machine):
    """On a network with room for one container, and on one where it asked for its address."""
    for name, subnet in (("narrow", "10.66.4.0/30"), ("wide", "10.66.5.0/24")):
        machine.engine.ask("POST", API + "/networks/create", {"name": name, "subnets": [{"subnet": subnet}]})
    bridge = {"nsmode": "bridge"}
    port = [{"container_port": 80, "host_port": 20081}]
    machine.make("first", netns=bridge, Networks={"narrow": {}}, portmappings=port)
    machine.make("asks", netns=bridge, Networks={"wide": {"static_ips": ["10.66.5.77"]}})
    machine.power_off()
    machine.engine.start()
    machine.make("other", netns=bridge, Networks={"narrow": {}}, portmappings=port)
    machine.make("another", netns=bridge, Networks={"wide": {"static_ips": ["10.66.5.77"]}})
    for name, network, address in (("other", "narrow", "10.66.4.2"), ("another", "wide", "10.66.5.77")):
        joined = machine.engine.inspect(name)["NetworkSettings"]["Networks"]
        assert joined[network]["IPAddress"] == address, joined
    for name, words in (("first", "already allocated"), ("asks", "already in use")):
        status, reply = machine.engine.call("POST", API + "/containers/%s/start" % name)
        assert status == 409 and words in reply["message"], (status, reply)
    for name in ("other", "another"):
        machine.engine.remove(name)
    for name in ("first", "asks"):
        machine.post(name, "start")
    assert machine.engine.inspect("asks")["NetworkSettings"]["Networks"]["wide"]["IPAddress"] == "10.66.5.77"


def restart_policies_count(machine):
    machine.make("always", restart_policy="always")
    machine.make("always-stopped", restart_policy="always")
    machine.make("always-fresh", start=False, restart_policy="always")
    machine.make("unless", restart_policy="unless-stopped")
    machine.make("unless-stopped", restart_policy="unless-stopped")
    machine.make("failure", restart_policy="on-failure")
    machine.make("never", restart_policy="no")
    machine.make("removed", remove=True)
    for name in ("always-stopped", "unless-stopped"):
        machine.post(name, "stop")
        machine.await_state(name, "exited")
    machine.power_off()
    run(machine.engine.program, "boot", "--root", machine.engine.root, "--runroot", machine.engine.runroot)
    machine.engine.start()
    for name in ("always", "always-stopped", "unless", "failure"):
        machine.await_state(name, "running")
    assert machine.state("unless-stopped")["Status"] == "exited"
    assert machine.state("never")["Status"] == "exited"
    assert machine.state("always-fresh")["Status"] == "created"
    assert machine.engine.call("GET", API + "/containers/removed/json")[0] == 404


def links_do_not_wait_for_each_other(machine):
    """Whichever is started first again: the one that links has the other's address in the end."""
    engine = machine.engine
    for name, links in (("target", []), ("linker", ["target:db"])):
        host = {"NetworkMode": "bridge", "RestartPolicy": {"Name": "always"}, "Links": links}
        engine.ask("POST", "/containers/create?name=" + name,
                   {"Image": "coracle/default", "Cmd": ["sleep", "1000"], "StopTimeout": 0, "HostConfig": host})
        machine.post(name, "start")
    machine.power_off()
    engine.start()
    engine.containers()
    for name in ("target", "linker"):
        machine.await_state(name, "running")
    deadline = time.monotonic() + 30
    while True:
        address = engine.inspect("target")["NetworkSettings"]["IPAddress"]
        with open(engine.ask("GET", "/containers/linker/json")["HostsPath"], encoding="ascii") as file:
            lines = [line.split() for line in file if "db" in line.split()]
        if [line[0] for line in lines] == [address]:
            return
        assert time.monotonic() < deadline, (lines, address)
        time.sleep(0.05)


def the_first_client_is_enough(machine):
    machine.make("always", restart_policy="always", netns={"nsmode": "bridge"})
    machine.power_off()
    machine.engine.start()
    machine.engine.containers()
    machine.await_state("always", "running")


def a_runroot_that_outlives_the_boot_is_cleaned(machine):
    machine.make("bridged", netns={"nsmode": "bridge"})
    machine.make("plain")
    machine.power_off(keep_runroot=True)
    machine.engine.start()
    machine.engine.containers()
    machine.left()
    for name in ("plain", "bridged"):
        assert machine.state(name)["Status"] == "exited", machine.state(name)
        machine.post(name, "start")


def an_end_nobody_recorded_is_found(machine):
    """Not a boot: conmon and its exit command were killed."""
    engine = machine.engine
    machine.make("plain")
    machine.make("again", restart_policy="always")
    machine.make("removed", remove=True)
    pids = {name: machine.state(name)["Pid"] for name in ("plain", "again", "removed")}
    engine.kill()
    for pid, _ in list(engine.processes()):
        os.kill(pid, signal.SIGKILL)
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    engine.start()
    listed = {container["Names"][0]: container["State"] for container in engine.containers()}
    assert listed["plain"] == "exited" and "removed" not in listed, listed
    machine.await_state("again", "running")
    assert machine.state("again")["Pid"] != pids["again"]


def a_look_sees_the_end_of_one_without_conmon(machine):
    engine = machine.engine
    machine.make("listed")
    machine.make("inspected", restart_policy="on-failure")
    pids = {name: machine.state(name)["Pid"] for name in ("listed", "inspected")}
    for pid in [pid for pid, _ in engine.processes(b"conmon\0")] + list(pids.values()):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    listed = {container["Names"][0]: container["State"] for container in engine.containers()}
    assert listed["listed"] == "exited", listed
    machine.await_state("inspected", "running")
    assert machine.state("inspected")["Pid"] != pids["inspected"]


def a_wait_sees_the_end_of_one_without_conmon(machine):
    engine = machine.engine
    machine.make("plain")
    machine.make("again", restart_policy="on-failure")
    for pid, _ in list(engine.processes(b"conmon\0")):
        os.kill(pid, signal.SIGKILL)
    for name in ("plain", "again"):
        pid = machine.state(name)["Pid"]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            waiting = pool.submit(machine.post, name, "wait?condition=exited")
            os.kill(pid, signal.SIGKILL)
            assert waiting.result() == 255
    machine.await_state("again", "running")
    assert machine.state("again")["Pid"] != pid


CASES = {case.__name__: case for case in (
    what_ran_is_exited, what_was_initialized_is_as_made, addresses_and_ports_are_free_again, restart_policies_count, links_do_not_wait_for_each_other,
    the_first_client_is_enough, a_runroot_that_outlives_the_boot_is_cleaned,
    an_end_nobody_recorded_is_found, a_look_sees_the_end_of_one_without_conmon,
    a_wait_sees_the_end_of_one_without_conmon)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", required=True)
    arguments.add_argument("case", choices=sorted(CASES))
    options = arguments.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans are ours to bury
    machine = Machine(options.build)
    try:
        CASES[options.case](machine)
        machine.off()
    except BaseException:
        with open(machine.engine.log, encoding="utf-8", errors="replace") as log:
            say("--- the server's log:\n" + log.read()[-8000:])
        raise
    finally:
        for pid, _ in list(machine.engine.processes()):
            os.kill(pid, signal.SIGKILL)
        if machine.engine.process.poll() is None:
            machine.engine.kill()
        run("umount", BOOT_ID)
        leave_machine(machine.work)


if __name__ == "__main__":
    main()
