#!/usr/bin/env python3
"""Sockets that are handed over, and the end of an idle server.

    unshare --mount --net python3 activation.py BUILD CASE
"""
import fcntl
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import Engine, connect, read_to_end, run_case, say  # noqa: E402

BUILD = sys.argv[1]
PING = b"GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
GET_INFO = b'{"method":"org.varlink.service.GetInfo"}\0'

# What a service manager does between fork and exec, for sh: the descriptors are in place already.
HAND_OVER = 'export LISTEN_PID=$$; exec "$@"'


def listen(path):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    return listener


def activate(engine, listeners, names=None, options=()):
    """Starts the server with the sockets as descriptors 3, 4, …"""
    env = dict(os.environ, LISTEN_FDS=str(len(listeners)))
    if names is not None:
        env["LISTEN_FDNAMES"] = names
    moves = "".join("exec %d<&%d; " % (3 + i, listener.fileno()) for i, listener in enumerate(listeners))
    argv = [engine.program, "--root", engine.root, "--runroot", engine.runroot, *options]
    with open(engine.log, "ab") as log:
        engine.process = subprocess.Popen(["bash", "-c", moves + HAND_OVER, "sh", *argv], env=env, stderr=log,
                                          pass_fds=[listener.fileno() for listener in listeners])


def high(listener):
    """The same socket on a number that the moves do not overwrite."""
    number = fcntl.fcntl(listener.fileno(), fcntl.F_DUPFD, 50)
    listener.close()
    return socket.socket(fileno=number)


def ask(path, request):
    with connect(path) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return read_to_end(connection)


def handed_over_sockets_are_served_by_name(work, engines):
    engine = Engine(BUILD, work)
    engines.append(engine)
    api, varlink = work + "/api.sock", work + "/varlink.sock"
    listeners = [high(listen(api)), high(listen(varlink))]
    activate(engine, listeners, "api:varlink", ["--idle-timeout", "1"])
    assert ask(api, PING).startswith(b"HTTP/1.1 200 "), "HTTP on the first"
    assert b'"vendor"' in ask(api, GET_INFO), "varlink on the first"
    assert b'"vendor"' in ask(varlink, GET_INFO), "varlink on the one of that name"
    assert not ask(varlink, PING).startswith(b"HTTP/"), "and nothing else there"
    assert engine.process.wait(timeout=20) == 0, "it ends by itself"
    assert os.path.exists(api), "and leaves the sockets where they are"
    with connect(api) as waiting:  # who comes now is the next server's
        waiting.sendall(PING)
        activate(engine, listeners, "api:varlink")
        assert read_to_end(waiting).startswith(b"HTTP/1.1 200 ")
    engine.stop()


def the_default_idle_time_under_activation_is_five_seconds(work, engines):
    engine = Engine(BUILD, work)
    engines.append(engine)
    path = work + "/api.sock"
    activate(engine, [high(listen(path))])
    ask(path, PING)
    begin = time.monotonic()
    assert engine.process.wait(timeout=60) == 0
    assert 4.5 < time.monotonic() - begin < 30, time.monotonic() - begin


def an_open_connection_keeps_it_alive(work, engines):
    engine = Engine(BUILD, work, "--idle-timeout", "1")
    engines.append(engine)
    engine.start()
    with connect(engine.socket) as connection:
        try:
            engine.process.wait(timeout=2.5)
            raise AssertionError("it ended under an open connection")
        except subprocess.TimeoutExpired:
            pass
        connection.sendall(PING)
        assert read_to_end(connection).startswith(b"HTTP/1.1 200 ")
    assert engine.process.wait(timeout=20) == 0
    assert not os.path.exists(engine.socket), "its own socket goes with it"


class Manager(threading.Thread):
    """Starts the server whenever somebody waits at the socket and no server is there, as a service manager does."""

    def __init__(self, engine, listener):
        super().__init__(daemon=True)
        self.engine, self.listener = engine, listener
        self.starts = 0
        self.over = False

    def run(self):
        while not self.over:
            if not select.select([self.listener], [], [], 0.1)[0]:
                continue
            activate(self.engine, [self.listener], options=["--idle-timeout", "1"])
            self.starts += 1
            self.engine.process.wait()


def come_when_it_leaves(path, rounds, seed, own_socket, failures):
    rng = random.Random(seed)
    for number in range(rounds):
        try:
            answer = ask(path, PING)
            if not answer.startswith(b"HTTP/1.1 200 "):
                failures.append("round %d: %r" % (number, answer))
        except (ConnectionRefusedError, FileNotFoundError):
            if not own_socket:
                failures.append("round %d: nobody listened" % number)
            return  # its own socket has gone with the server: nobody was promised anything
        except OSError as error:
            failures.append("round %d: %s" % (number, error))
        time.sleep(1 + rng.uniform(-0.004, 0.006))


def a_connection_at_the_instant_of_the_end_is_served(work, engines):
    servers, rounds = int(os.environ.get("ACTIVATION_SERVERS", "12")), int(os.environ.get("ACTIVATION_ROUNDS", "16"))
    failures, threads, managers = [], [], []
    for number in range(servers):
        place = "%s/%d" % (work, number)
        os.mkdir(place)
        engine = Engine(BUILD, place)
        engines.append(engine)
        listener = high(listen(place + "/api.sock"))
        managers.append(Manager(engine, listener))
        managers[-1].start()
        visit = (place + "/api.sock", rounds, number, False, failures)
        threads.append(threading.Thread(target=come_when_it_leaves, args=visit))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for manager in managers:
        manager.over = True
        manager.join()
    starts = sum(manager.starts for manager in managers)
    say("%d connections, %d servers came and went" % (servers * rounds, starts))
    assert not failures, failures
    assert starts > servers, "no server ended in between"


def a_connection_to_its_own_socket_is_served_or_refused(work, engines):
    """Never taken and dropped."""
    failures = []

    def one(number):
        for attempt in range(8):
            place = "%s/%d-%d" % (work, number, attempt)
            os.mkdir(place)
            engine = Engine(BUILD, place, "--idle-timeout", "1")
            engines.append(engine)
            engine.start()
            come_when_it_leaves(engine.socket, 4, number * 100 + attempt, True, failures)
            engine.process.wait(timeout=20)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


CASES = {case.__name__: case for case in (
    handed_over_sockets_are_served_by_name, the_default_idle_time_under_activation_is_five_seconds,
    an_open_connection_keeps_it_alive, a_connection_at_the_instant_of_the_end_is_served,
    a_connection_to_its_own_socket_is_served_or_refused)}

if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    run_case(CASES, sys.argv[2])
