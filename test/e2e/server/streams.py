#!/usr/bin/env python3
"""Many connections at once, slow ones among them, and the end of a server that has some.

    unshare --mount --net python3 streams.py BUILD CASE
"""
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, connect, read_to_end, read_until, run_case, say  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
PING = b"GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n"
PING_MS = 20
STREAMS, WRITERS, PINGS = 200, 50, 300


def start(work, engines, image=True):
    engine = Engine(BUILD, work)
    engines.append(engine)
    engine.start()
    if image:
        engine.import_default_image(CONTRIB)
    return engine


def begin(engine, method, path, fields=b""):
    connection = connect(engine.socket)
    connection.sendall(b"%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n" % (method, path.encode(), fields))
    return connection


def run_container(engine, *command, **spec):
    made = engine.create(command=list(command), **spec)
    engine.ask("POST", API + "/containers/%s/start" % made)
    return made


def time_pings(engine):
    """Milliseconds, each over a connection of its own and then over one that stays."""
    spent = []
    with connect(engine.socket) as kept:
        for number in range(PINGS):
            connection = kept if number % 2 else connect(engine.socket)
            before = time.perf_counter()
            connection.sendall(PING)
            read_until(connection, b"\r\n\r\nOK")
            spent.append((time.perf_counter() - before) * 1000)
            if connection is not kept:
                connection.close()
    return sorted(spent)


def say_times(what, spent):
    say("%s: median %.2f ms, 95%% within %.2f ms, worst %.2f ms"
        % (what, statistics.median(spent), spent[len(spent) * 95 // 100], spent[-1]))


class SlowWriters(threading.Thread):
    """Each sends one byte of its request every second."""

    def __init__(self, engine, count):
        super().__init__(daemon=True)
        head = (b"POST /v5.0.0/libpod/containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 5000\r\n\r\n")
        self.connections = [connect(engine.socket) for _ in range(count)]
        for number, connection in enumerate(self.connections):  # every other one is in its body already
            connection.sendall(head if number % 2 else b"POST /v5.0.0/libpod/containers/create?")
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(1):
            for connection in self.connections:
                connection.sendall(b"a")

    def close(self):
        self.over.set()
        self.join()
        for connection in self.connections:
            connection.close()


def no_request_holds_another_up(work, engines):
    engine = start(work, engines)
    quiet = time_pings(engine)
    idle = run_container(engine, "sleep", "1000")
    loud = run_container(engine, "sh", "-c", "head -c 8000000 /dev/zero | tr '\\0' x | fold -w 100; sleep 1000")
    paths = [(b"GET", API + "/events?stream=true"),
             (b"GET", API + "/containers/%s/logs?follow=true&stdout=true" % idle),
             (b"POST", API + "/containers/%s/attach?stream=true&stdout=true&logs=false" % idle)]
    streams = [begin(engine, *paths[number % 3]) for number in range(STREAMS)]
    for connection in streams[1::3] + streams[2::3]:
        assert read_until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")
    deaf = begin(engine, b"GET", API + "/containers/%s/logs?follow=true&stdout=true" % loud)
    writers = SlowWriters(engine, WRITERS)
    writers.start()
    busy = time_pings(engine)
    say_times("alone", quiet)
    say_times("%d streams, %d slow writers, one that never reads" % (STREAMS, WRITERS), busy)
    assert busy[len(busy) * 95 // 100] < PING_MS
    engine.containers()
    engine.inspect(idle)
    made = run_container(engine, "true")  # the rest of life goes on, too
    engine.ask("POST", API + "/containers/%s/wait" % made)
    for connection in streams[0::3]:
        read_until(connection, b"\"died\"")
    writers.close()
    for connection in streams + [deaf]:
        connection.close()
    for key in (idle, loud, made):
        engine.remove(key)
    assert engine.stop() == 0


def threads(engine):
    with open("/proc/%d/status" % engine.process.pid, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Threads:"))


def a_client_that_left_leaves_no_thread(work, engines):
    engine = start(work, engines)
    idle = run_container(engine, "sleep", "1000")
    engine.containers()
    before = threads(engine)
    for path in ("/events", "/containers/%s/logs?follow=true&stdout=true" % idle):
        connections = [begin(engine, b"GET", API + path) for _ in range(20)]
        for connection in connections:
            connection.close()
    connections = [begin(engine, b"POST", API + "/containers/%s/wait" % idle) for _ in range(20)]
    for connection in connections:
        connection.close()
    deadline = time.monotonic() + 20
    while threads(engine) > before + 1:  # one listens to the bell from the first stream on
        assert time.monotonic() < deadline, (threads(engine), before)
        time.sleep(0.02)
    engine.remove(idle)
    assert engine.stop() == 0


def a_drain_finishes_replies_and_ends_streams(work, engines):
    engine = start(work, engines)
    idle = run_container(engine, "sh", "-c", "echo said; sleep 1000")
    pid = engine.inspect(idle)["State"]["Pid"]
    tar = subprocess.run([CONTRIB + "/default-image.sh"], check=True, stdout=subprocess.PIPE).stdout
    upload = begin(engine, b"POST", API + "/images/import?reference=slow",
                   b"Content-Type: application/x-tar\r\nContent-Length: %d\r\n" % len(tar))
    upload.sendall(tar[:1000])
    events = begin(engine, b"GET", API + "/events?stream=true&since=1")
    read_until(events, b"\"start\"")
    logs = begin(engine, b"GET", API + "/containers/%s/logs?follow=true&stdout=true" % idle)
    read_until(logs, b"said")
    kept = connect(engine.socket)
    kept.sendall(PING)
    read_until(kept, b"OK")
    engine.process.send_signal(signal.SIGTERM)
    assert read_to_end(kept) == b"", "an idle connection is closed"
    for stream in (events, logs):
        assert read_to_end(stream).endswith(b"0\r\n\r\n"), "a stream ends as a whole one"
    try:
        connect(engine.socket).close()
        raise AssertionError("it still listens")
    except OSError:
        pass
    upload.sendall(tar[1000:])
    answer = read_to_end(upload)
    assert answer.startswith(b"HTTP/1.1 200 ") and b"\r\nConnection: close\r\n" in answer and b'"Id"' in answer, answer
    assert engine.process.wait(timeout=20) == 0
    assert os.path.exists("/proc/%d" % pid), "the container goes on"
    engine.start()
    assert engine.inspect(idle)["State"]["Pid"] == pid
    engine.remove(idle)
    assert engine.stop() == 0


def the_service_manager_hears_of_begin_and_end(work, engines):
    engine = Engine(BUILD, work)
    engines.append(engine)
    for path in (work + "/notify", "\0coracle-notify-%d" % os.getpid()):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(path)
            notify.settimeout(20)
            env = dict(os.environ, NOTIFY_SOCKET=path.replace("\0", "@"))
            argv = [engine.program, "--root", engine.root, "--runroot", engine.runroot,
                    "--listen", "unix://" + engine.socket]
            engine.process = subprocess.Popen(argv, env=env)
            assert notify.recv(100) == b"READY=1"
            assert engine.call("GET", "/_ping")[0] == 200, "ready is when it can be reached"
            engine.process.send_signal(signal.SIGTERM)
            assert notify.recv(100) == b"STOPPING=1"
            assert engine.process.wait(timeout=20) == 0


CASES = {case.__name__: case for case in (
    no_request_holds_another_up, a_client_that_left_leaves_no_thread, a_drain_finishes_replies_and_ends_streams,
    the_service_manager_hears_of_begin_and_end)}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
