#!/usr/bin/env python3
"""Health checks while servers and timers are killed.

    unshare --mount --net python3 health.py BUILD CASE
"""
import glob
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, connect, read_to_end, run, run_case  # noqa: E402

BUILD = sys.argv[1]
MOST_PRIVATE_KB = 1500
SECOND = 1000000000


class Ward:
    """A server and a container that is checked four times a second."""

    def __init__(self, work, engines, test="true", **more):
        self.work = work
        self.engine = Engine(BUILD, work)
        engines.append(self.engine)
        self.engine.start()
        self.engine.import_default_image(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib"))
        self.notes = os.path.join(work, "notes")
        os.mkdir(self.notes)
        check = {"Test": ["CMD-SHELL", test], "Interval": SECOND // 4, "Retries": 1, "Timeout": 100 * SECOND}
        self.id = self.engine.create(command=["sleep", "1000"], stop_timeout=0, healthconfig=check, **more,
                                     mounts=[{"type": "bind", "source": self.notes, "destination": "/notes"}])
        self.act("start")

    def act(self, verb):
        self.engine.ask("POST", API + "/containers/%s/%s" % (self.id, verb))

    def health(self):
        return self.engine.inspect(self.id)["State"]["Health"]

    def until(self, true, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, what
            time.sleep(0.02)

    def timers(self):
        return [pid for pid, line in self.engine.processes(b"healthcheck\0") if os.path.basename(line[0]) == b"coracled"]

    def one_timer(self):
        self.until(lambda: len(self.timers()) == 1, "there is one timer: %s" % self.timers())
        return self.timers()[0]

    def checks(self):
        with open(os.path.join(self.notes, "log"), encoding="ascii") as log:
            return len(log.read().splitlines())


def checks_go_on_without_a_server(work, engines):
    ward = Ward(work, engines, "echo x >>/notes/log; test ! -e /notes/sick")
    ward.until(lambda: ward.health()["Status"] == "healthy", "it becomes healthy")
    ward.engine.kill()
    before = ward.checks()
    ward.until(lambda: ward.checks() > before + 3, "checks go on")
    with open(os.path.join(ward.notes, "sick"), "w", encoding="ascii"):
        pass
    before = ward.checks()
    ward.until(lambda: ward.checks() > before + 2, "checks go on")
    ward.engine.start()
    assert ward.health()["Status"] == "unhealthy", ward.health()
    client = connect(ward.engine.socket)
    client.sendall(b"GET /events?since=1&until=%f HTTP/1.0\r\n\r\n" % time.time())
    events = read_to_end(client)
    client.close()
    assert b"health_status: healthy" in events and b"health_status: unhealthy" in events, events
    ward.engine.remove(ward.id)


def a_killed_timer_is_begun_anew(work, engines):
    ward = Ward(work, engines, "echo $$ >>/notes/log; test ! -e /notes/long || exec sleep 1234")
    ward.until(lambda: ward.health()["Status"] == "healthy", "it becomes healthy")
    with open(os.path.join(ward.notes, "long"), "w", encoding="ascii"):
        pass
    sleeping = lambda: [path for path in glob.glob("/proc/[0-9]*/cmdline") if read(path) == b"sleep\0001234\0"]
    ward.until(sleeping, "the check takes long")
    timer = ward.one_timer()
    os.kill(timer, signal.SIGKILL)
    ward.until(lambda: not os.path.exists("/proc/%d/root/bin" % timer), "it dies")
    os.remove(os.path.join(ward.notes, "long"))
    before = ward.checks()
    ward.health()
    ward.until(lambda: ward.checks() > before + 1, "checks go on")
    assert not sleeping(), "the check of the killed timer still runs"
    assert ward.one_timer() != timer
    ward.engine.remove(ward.id)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def a_killed_timer_is_begun_by_the_next_server(work, engines):
    ward = Ward(work, engines, "echo x >>/notes/log")
    ward.until(lambda: ward.health()["Status"] == "healthy", "it becomes healthy")
    ward.engine.kill()
    os.kill(ward.one_timer(), signal.SIGKILL)
    ward.until(lambda: not ward.timers(), "it dies")
    before = ward.checks()
    ward.engine.start()
    ward.engine.containers()
    ward.until(lambda: ward.checks() > before + 1, "checks go on")
    ward.one_timer()
    ward.engine.remove(ward.id)


def a_timer_ends_with_its_container(work, engines):
    ward = Ward(work, engines)
    ward.until(lambda: ward.health()["Status"] == "healthy", "it becomes healthy")
    first = ward.one_timer()
    # what comes second sees the first
    run(ward.engine.program, "healthcheck", "--root", ward.engine.root, "--runroot", ward.engine.runroot, ward.id)
    ward.until(lambda: ward.timers() == [first], "the second one ends")
    ward.act("restart")
    ward.until(lambda: first not in ward.timers(), "it ends with the container")
    second = ward.one_timer()
    assert second != first
    ward.act("stop")
    ward.until(lambda: not ward.timers(), "it ends with the container")
    ward.act("start")
    ward.one_timer()
    ward.engine.remove(ward.id)
    ward.until(lambda: not ward.timers(), "it ends with the container")


def a_timer_takes_little_memory(work, engines):
    ward = Ward(work, engines, "echo x >>/notes/log")
    ward.until(lambda: ward.health()["Status"] == "healthy", "it becomes healthy")
    timer = ward.one_timer()
    with open("/proc/%d/smaps_rollup" % timer, encoding="ascii") as file:
        rows = dict(line.split(":") for line in file.read().splitlines()[1:])
    private = sum(int(rows[key].split()[0]) for key in ("Private_Dirty", "Private_Clean"))
    descriptors = os.listdir("/proc/%d/fd" % timer)
    print("private %d kB, PSS %s, descriptors %s" % (private, rows["Pss"].strip(), descriptors))
    with open("/proc/%d/maps" % timer, encoding="ascii") as file:
        sanitized = "libasan" in file.read()
    assert sanitized or private < MOST_PRIVATE_KB, private
    assert len(descriptors) <= 5, descriptors
    ward.engine.remove(ward.id)


CASES = {case.__name__: case for case in (
    checks_go_on_without_a_server, a_killed_timer_is_begun_anew, a_killed_timer_is_begun_by_the_next_server,
    a_timer_ends_with_its_container, a_timer_takes_little_memory)}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
