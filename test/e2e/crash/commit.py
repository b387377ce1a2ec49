#!/usr/bin/env python3
"""A server that is killed while it commits a container, copies into one or has one mounted for a client.

    unshare --mount --net python3 commit.py BUILD CASE
"""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, UnixConnection, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")


def begin(work, engines):
    engine = Engine(BUILD, work)
    engines.append(engine)
    engine.start()
    engine.import_default_image(CONTRIB)
    return engine


def await_that(what, true, seconds=30):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.005)


def staged(engine):
    folder = os.path.join(engine.root, "coracle", "staging")
    return os.listdir(folder) if os.path.isdir(folder) else []


def images(engine):
    return sorted(image["Id"] for image in engine.ask("GET", API + "/images/json"))


def mounts(engine, key):
    with open("/proc/self/mountinfo", encoding="ascii") as lines:
        return [line for line in lines if "/mounts/" + key in line]


def die_while(engine, method, path, ready, body=None):
    """Kills the server once @ready says so, in the middle of a request."""
    def ask():
        try:
            engine.call(method, path, body)
        except Exception as error:  # what http.client says of a connection that ends
            print("as it should:", repr(error))
    thread = threading.Thread(target=ask)
    thread.start()
    await_that("it did not get that far", ready)
    engine.kill()
    thread.join()


def a_commit_leaves_nothing(work, engines):
    engine = begin(work, engines)
    made = engine.create(command=["sh", "-c", "head -c 200000000 /dev/zero >/big && touch /done && exec sleep 1000"], stop_timeout=0)
    engine.ask("POST", API + "/containers/%s/start" % made)
    await_that("the file is written", lambda: engine.call("HEAD", API + "/containers/%s/archive?path=/done" % made)[0] == 200)
    before = images(engine)
    die_while(engine, "POST", API + "/commit?container=%s&repo=half" % made, lambda: staged(engine))
    engine.start()
    assert images(engine) == before, images(engine)
    assert engine.inspect(made)["State"]["Status"] == "running", engine.inspect(made)["State"]
    assert "whole" not in str(before)
    engine.ask("POST", API + "/commit?container=%s&repo=whole" % made)  # and what was staged is swept
    assert staged(engine) == [], staged(engine)
    assert len(images(engine)) == len(before) + 1
    engine.remove(made)


def a_copy_leaves_no_mount(work, engines):
    engine = begin(work, engines)
    made = engine.create(command=["true"], volumes=[{"Dest": "/v"}])
    connection = UnixConnection(engine.socket, 60)
    connection.putrequest("PUT", API + "/containers/%s/archive?path=/v" % made)
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    await_that("it is mounted", lambda: mounts(engine, made))
    engine.kill()
    connection.close()
    engine.start()
    engine.containers()
    assert not mounts(engine, made), mounts(engine, made)
    engine.ask("POST", API + "/containers/%s/start" % made)
    engine.remove(made)
    assert not engine.ask("GET", API + "/volumes/json"), "its volume"


def a_client_keeps_its_mount(work, engines):
    engine = begin(work, engines)
    made = engine.create(command=["true"])
    path = engine.ask("POST", API + "/containers/%s/mount" % made)
    engine.kill()
    engine.start()
    assert engine.ask("GET", API + "/containers/showmounted") == {made: path}
    assert os.path.isdir(path + "/bin")
    engine.ask("POST", API + "/containers/%s/unmount" % made)
    assert not mounts(engine, made)
    engine.remove(made)


run_case({case.__name__: case for case in (a_commit_leaves_nothing, a_copy_leaves_no_mount, a_client_keeps_its_mount)}, sys.argv[2])
