#!/usr/bin/env python3
"""A server whose volumes are a plugin's, killed while the plugin is at something.

    unshare --mount --net python3 plugins.py BUILD CASE
"""
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LIB = os.path.join(HERE, "..", "lib")
sys.path.insert(0, LIB)
from private import API, Engine, run, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(HERE, "..", "..", "..", "contrib")


def wait_until(what, condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "not within the time: " + what
        time.sleep(0.02)


class Shelf:
    """The plugin: its folder is what volume_plugin.py says."""

    def __init__(self, work, where, name="shelf"):
        self.name, self.socket, self.dir = name, where, os.path.join(work, name)
        os.mkdir(self.dir)
        self.process = subprocess.Popen([sys.executable, os.path.join(LIB, "volume_plugin.py"), self.socket, self.dir])
        wait_until("the plugin listens", self.listens)

    def listens(self):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(self.socket)
            except OSError:
                return False
            return True

    def listed(self, *names):
        place = os.path.join(self.dir, *names)
        return sorted(os.listdir(place)) if os.path.isdir(place) else []

    def asked(self, method):
        with contextlib.suppress(FileNotFoundError), open(os.path.join(self.dir, "calls"), encoding="utf-8") as calls:
            return sum(json.loads(line)["method"] == method for line in calls)
        return 0

    @contextlib.contextmanager
    def hangs(self, method):
        mark = os.path.join(self.dir, "hang", method)
        open(mark, "w", encoding="utf-8").close()
        yield
        os.remove(mark)


class Shop:
    def __init__(self, work, engines, settings="", timeout=60):
        self.work = work
        self.conf = os.path.join(work, "containers.conf")
        with open(self.conf, "w", encoding="utf-8") as file:
            file.write("[engine]\nvolume_plugin_timeout = %d\n%s" % (timeout, settings))
        self.engine = Engine(BUILD, work)
        engines.append(self.engine)
        self.start()
        self.engine.import_default_image(CONTRIB)

    def start(self):
        self.engine.start(CONTAINERS_CONF=self.conf)

    def make(self, name, driver="shelf"):
        return self.engine.ask("POST", API + "/volumes/create", {"Name": name, "Driver": driver})

    def container(self, volume):
        return self.engine.create(command=["sleep", "1000"], stop_timeout=0, volumes=[{"Name": volume, "Dest": "/v"}])

    def volumes(self):
        return sorted(one["Name"] for one in self.engine.ask("GET", API + "/volumes/json"))

    def begin(self, *call):
        """A call whose answer does not count: the server dies under it."""
        def body():
            with contextlib.suppress(Exception):
                self.engine.call(*call)

        threading.Thread(target=body, daemon=True).start()


def socket_of(name):
    return "/run/docker/plugins/%s.sock" % name


def with_shelf(case):
    def run_it(work, engines):
        shelf = Shelf(work, socket_of("shelf"))
        try:
            case(Shop(work, engines), shelf)
        finally:
            shelf.process.kill()
            shelf.process.wait()
    return run_it


@with_shelf
def nobody_serves(shop, shelf):
    shop.make("v")
    container = shop.container("v")
    shop.engine.ask("POST", API + "/containers/%s/start" % container)
    assert shelf.listed("mounts", "v") == [container]
    pid = shop.engine.inspect(container)["State"]["Pid"]
    shop.engine.kill()
    os.kill(pid, signal.SIGKILL)
    wait_until("the exit handler unmounts it", lambda: shelf.listed("mounts", "v") == [])
    shop.start()
    shop.engine.remove(container)
    shop.engine.ask("DELETE", API + "/volumes/v")
    assert shelf.listed("volumes") == []
    assert shelf.asked("VolumeDriver.Unmount") == 1


@with_shelf
def killed_while_it_mounts(shop, shelf):
    shop.make("v")
    container = shop.container("v")
    with shelf.hangs("VolumeDriver.Mount"):
        shop.begin("POST", API + "/containers/%s/start" % container)
        wait_until("the plugin is asked", lambda: shelf.asked("VolumeDriver.Mount") == 1)
        os.makedirs(os.path.join(shelf.dir, "mounts", "v", container))  # it did, and nobody was there to hear it
        shop.engine.kill()
    shop.start()
    shop.engine.ask("POST", API + "/containers/%s/start" % container)
    assert shelf.listed("mounts", "v") == [container]
    shop.engine.remove(container)
    wait_until("it is unmounted", lambda: shelf.listed("mounts", "v") == [])
    shop.engine.ask("DELETE", API + "/volumes/v")


@with_shelf
def killed_while_it_makes_and_removes(shop, shelf):
    with shelf.hangs("VolumeDriver.Create"):
        shop.begin("POST", API + "/volumes/create", {"Name": "half", "Driver": "shelf"})
        wait_until("the plugin is asked", lambda: shelf.asked("VolumeDriver.Create") == 1)
        os.mkdir(os.path.join(shelf.dir, "volumes", "half"))
        shop.engine.kill()
    shop.start()
    assert shop.volumes() == []
    assert shelf.listed("volumes") == ["half"]  # whether it was there before cannot be known: it stays
    shop.make("half")
    with shelf.hangs("VolumeDriver.Remove"):
        shop.begin("DELETE", API + "/volumes/half")
        wait_until("the plugin is asked", lambda: shelf.asked("VolumeDriver.Remove") == 1)
        shop.engine.kill()
    shop.start()
    assert shop.volumes() == []
    shop.engine.containers()  # who asks for one repairs
    assert shelf.listed("volumes") == []


def places(work, engines):
    os.makedirs("/etc/docker", exist_ok=True)
    run("mount", "-t", "tmpfs", "etc-docker", "/etc/docker")
    os.makedirs("/etc/docker/plugins/inner")
    shelves = [Shelf(work, os.path.join(work, name + ".sock"), name) for name in ("conf", "spec", "inner")]
    with open("/etc/docker/plugins/spec.spec", "w", encoding="utf-8") as file:
        print("unix://" + shelves[1].socket, file=file)
    with open("/etc/docker/plugins/inner/inner.json", "w", encoding="utf-8") as file:
        json.dump({"Name": "inner", "Addr": "unix://" + shelves[2].socket}, file)
    with open("/etc/docker/plugins/broken.spec", "w", encoding="utf-8") as file:
        print("gopher://x", file=file)
    shop = Shop(work, engines, "[engine.volume_plugins]\nconf = \"%s\"\n" % shelves[0].socket)
    try:
        assert shop.engine.ask("GET", API + "/info")["plugins"]["volume"] == ["local", "conf"]
        for shelf in shelves:
            shop.make("of-" + shelf.name, shelf.name)
            assert shelf.listed("volumes") == ["of-" + shelf.name]
            os.mkdir(os.path.join(shelf.dir, "volumes", "more-" + shelf.name))
        assert shop.engine.ask("GET", "/info")["Plugins"]["Volume"] == ["local", "conf", "inner", "spec"]
        report = shop.engine.ask("POST", API + "/volumes/reload")
        assert sorted(report["Added"]) == ["more-conf", "more-inner", "more-spec"], report
        assert len(report["Errors"]) == 1 and "/etc/docker/plugins/broken.spec" in report["Errors"][0], report
        status, refusal = shop.engine.call("POST", API + "/volumes/create", {"Name": "v", "Driver": "broken"})
        assert status == 500 and "gopher://x" in refusal["message"], refusal
        status, refusal = shop.engine.call("POST", API + "/volumes/create", {"Name": "v", "Driver": "../spec"})
        assert status == 404, refusal
    finally:
        for shelf in shelves:
            shelf.process.kill()
            shelf.process.wait()
        run("umount", "/etc/docker")


def deadline(work, engines):
    shelf = Shelf(work, socket_of("shelf"))
    try:
        shop = Shop(work, engines, timeout=1)
        with shelf.hangs("VolumeDriver.Create"):
            status, refusal = shop.engine.call("POST", API + "/volumes/create", {"Name": "v", "Driver": "shelf"})
        assert status == 500 and "does not answer within 1 s" in refusal["message"], refusal
        assert shop.volumes() == []
        shop.make("v")
    finally:
        shelf.process.kill()
        shelf.process.wait()


CASES = {case: globals()[case] for case in
         ("nobody_serves", "killed_while_it_mounts", "killed_while_it_makes_and_removes", "places", "deadline")}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
