#!/usr/bin/env python3
"""Sockets with limited rights.

    unshare --mount --net python3 policy.py BUILD CASE
"""
import json
import os
import re
import socket
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, UnixConnection, connect, read_to_end, read_until, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
NOBODY = 65534


def limited(work, engines, policy, *options):
    """A server with this policy; DIR in it is where sockets may be."""
    file = os.path.join(work, "policy.toml")
    with open(file, "w", encoding="utf-8") as out:
        out.write(policy.replace("DIR", work))
    engine = Engine(BUILD, work, "--policy", file, *options)
    engines.append(engine)
    engine.start()
    return engine


def ask(path, method, target, body=None):
    """Status and body."""
    connection = UnixConnection(path, 60)
    try:
        connection.request(method, target, body, {"Content-Type": "application/json"} if body is not None else {})
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def talk(path, data):
    with connect(path) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return read_to_end(connection)


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d\d\d) ", answer)]


def as_user(uid, gid, groups, path, method, target):
    """The status that another user gets."""
    code = "import os,sys\nos.setgroups(%r); os.setgid(%d); os.setuid(%d)\n" % (groups, gid, uid)
    code += "sys.path.insert(0, %r)\nfrom private import UnixConnection\n" % sys.path[0]
    code += "c = UnixConnection(%r, 60)\nc.request(%r, %r)\nprint(c.getresponse().status)\n" % (path, method, target)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return int(done.stdout) if done.returncode == 0 else done.stderr.strip().splitlines()[-1].split(":")[0]


def a_socket_has_its_mode_and_group(work, engines):
    limited(work, engines, """
        [[socket]]
        path = "DIR/open.sock"
        mode = "0666"
        group = 4711
        allow = ["monitor"]
        [[socket]]
        path = "DIR/sub/closed.sock"
        allow = ["monitor"]
        """)
    there = os.stat(work + "/open.sock")
    assert there.st_mode & 0o777 == 0o666 and there.st_gid == 4711, there
    there = os.stat(work + "/sub/closed.sock")
    assert there.st_mode & 0o777 == 0o660 and there.st_gid == 0, there
    assert as_user(NOBODY, NOBODY, [], work + "/open.sock", "GET", "/_ping") == 200
    assert as_user(NOBODY, NOBODY, [], work + "/sub/closed.sock", "GET", "/_ping") == "PermissionError"


READS = ["/_ping", "/version", "/info", "/containers/json", "/images/json", API + "/version", API + "/containers/json"]
PROXY = ["/_ping", "/v1.24/version", "/v1.44/containers/json?all=1", "/events?since=1&until=2", "/containers/nosuch/json"]
CHANGES = [("POST", "/containers/create"), ("POST", "/containers/x/start"), ("DELETE", "/images/x"), ("POST", API + "/containers/create"),
           ("POST", "/containers/x/exec"), ("POST", "/containers/x/attach"), ("POST", "/containers/prune"), ("DELETE", API + "/containers/x")]


def presets_give_and_refuse(work, engines):
    engine = limited(work, engines, "".join("""
        [[socket]]
        path = "DIR/%s.sock"
        allow = ["%s"]
        """ % (preset, preset) for preset in ("monitor", "proxy", "ci", "admin")))
    for preset in ("monitor", "proxy"):
        path = "%s/%s.sock" % (work, preset)
        for method, target in CHANGES:
            status, text = ask(path, method, target, "{}")
            message = json.loads(text)["message"]
            assert status == 403 and path in message and "allow = [%s]" % preset in message, (preset, target, status, text)
    for target in READS:
        assert ask(work + "/monitor.sock", "GET", target)[0] == 200, target
        assert ask(work + "/ci.sock", "GET", target)[0] == 200, target
    for target in PROXY:
        assert ask(work + "/proxy.sock", "GET", target)[0] in (200, 404), target
    for target in ("/info", "/images/json", "/containers/x/logs?stdout=1", API + "/version", API + "/containers/json"):
        assert ask(work + "/proxy.sock", "GET", target)[0] == 403, target
    for path in (work + "/ci.sock", work + "/admin.sock", engine.socket):
        for method, target in CHANGES:
            assert ask(path, method, target, "{}")[0] != 403, (path, target)


def refusals_hold_on_any_connection(work, engines):
    limited(work, engines, """
        [[socket]]
        path = "DIR/s.sock"
        allow = ["proxy", "io.podman.GetVersion"]
        """)
    path = work + "/s.sock"
    kill = b"POST /containers/x/kill HTTP/1.1\r\nHost: x\r\n\r\n"
    ping = b"GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n"
    assert statuses(talk(path, b"POST /containers/x/kill HTTP/1.0\r\n\r\n")) == [403]
    assert statuses(talk(path, b"GET /info HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")) == [403]
    assert statuses(talk(path, ping + kill + ping + kill + ping)) == [200, 403, 200, 403, 200]
    assert statuses(talk(path, b"HEAD /info HTTP/1.1\r\nHost: x\r\n\r\n")) != [200]
    assert statuses(talk(path, b"HEAD /containers/json HTTP/1.1\r\nHost: x\r\n\r\n" + kill))[-1] == 403
    for name in (b"X-HTTP-Method-Override: GET", b"X-Original-URL: /_ping", b"X-Forwarded-For: 127.0.0.1"):
        assert statuses(talk(path, kill[:-2] + name + b"\r\n\r\n")) == [403], name
    body = b"POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    assert statuses(talk(path, body % len(kill) + kill + ping)) == [403, 200], "a body is no request"
    chunked = b"POST /containers/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    assert statuses(talk(path, chunked + ping)) == [403, 200]
    expects = b"POST /images/load HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100000000\r\n\r\n"
    assert statuses(talk(path, expects)) == [403]
    upgrade = b"POST /containers/x/attach?stream=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    answer = talk(path, upgrade + ping)
    assert statuses(answer)[0] == 403 and b"UPGRADED" not in answer, answer
    for word in (b"h2c", b"websocket"):
        answer = talk(path, b"GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: " + word + b"\r\n\r\n" + kill)
        assert statuses(answer) == [200, 403], answer
    # the other protocol, and both in one connection
    tag = b'{"method":"io.podman.TagImage","parameters":{"name":"a","tagged":"b"}%s}\0'
    version = b'{"method":"io.podman.GetVersion"}\0'
    for flag in (b"", b',"more":true', b',"upgrade":true'):
        answers = talk(path, tag % flag + version).split(b"\0")
        assert b"io.podman.ErrorOccurred" in answers[0] and b"policy of socket" in answers[0], answers
        assert b'"version"' in answers[1], answers
    assert talk(path, tag % b',"oneway":true').count(b"\0") == 0
    assert b"PermissionDenied" in talk(path, b'{"method":"org.varlink.service.GetInfo"}\0')
    assert b"200 OK" not in talk(path, version + ping)
    assert b"HTTP/1.1 403" in talk(path, kill + version)


def who_is_there_decides(work, engines):
    limited(work, engines, """
        [[socket]]
        path = "DIR/s.sock"
        mode = "0666"
        users = ["root"]
        allow = ["admin"]
        [[socket]]
        path = "DIR/s.sock"
        groups = [4711]
        allow = ["containers:read"]
        """)
    path, listing, kill = work + "/s.sock", ("GET", "/containers/json"), ("POST", "/containers/x/kill")
    assert as_user(0, 0, [], path, *kill) == 404
    assert as_user(NOBODY, 4711, [], path, *listing) == 200
    assert as_user(NOBODY, NOBODY, [1, 2, 4711, 5], path, *listing) == 200
    assert as_user(NOBODY, 4711, [], path, *kill) == 403
    assert as_user(NOBODY, NOBODY, [4712], path, *listing) == 403
    assert as_user(NOBODY, NOBODY, [4712], path, "GET", "/_ping") == 403
    # each connection has its own, also of those that came at the same time
    results = []
    threads = [threading.Thread(target=lambda uid=uid: results.append((uid, as_user(uid, uid, [], path, *kill)))) for uid in (0, NOBODY) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(status == (404 if uid == 0 else 403) for uid, status in results), results


def hand_over(engine, listener, name, *options):
    """Starts the server as a service manager does, with one socket."""
    env = dict(os.environ, LISTEN_FDS="1", LISTEN_FDNAMES=name)
    argv = [engine.program, "--root", engine.root, "--runroot", engine.runroot, *options]
    script = 'exec 3<&%d; export LISTEN_PID=$$; exec "$@"' % listener.fileno()
    with open(engine.log, "ab") as log:
        engine.process = subprocess.Popen(["bash", "-c", script, "sh", *argv], env=env, stderr=log, pass_fds=[listener.fileno()])


def handed_over_sockets_have_policies(work, engines):
    engine = Engine(BUILD, work)
    engines.append(engine)
    path, file = work + "/s.sock", work + "/policy.toml"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(16)
    for name, block, status in (("limited", 'name = "limited"', 403), ("other", 'path = "%s"' % path, 403), ("limitd", 'name = "limited"', None)):
        with open(file, "w", encoding="utf-8") as out:
            out.write('[[socket]]\n%s\nallow = ["proxy"]\n' % block)
        hand_over(engine, listener, name, "--policy", file, "--idle-timeout", "1")
        if status:
            assert ask(path, "GET", "/info")[0] == status, name
            assert ask(path, "GET", "/_ping")[0] == 200, name
            assert engine.process.wait(timeout=60) == 0
        else:
            assert engine.process.wait(timeout=60) == 1
            with open(engine.log, encoding="utf-8") as log:
                assert "no [[socket]] is for the socket %s" % path in log.read()


def the_audit_has_each_change(work, engines):
    engine = limited(work, engines, """
        [audit]
        to = "DIR/audit.log"
        [[socket]]
        path = "DIR/s.sock"
        allow = ["monitor", "io.podman.ListImages"]
        """)
    engine.import_default_image(CONTRIB)
    ctr = engine.create(name="web", command=["sleep", "100"], env={"PASSWORD": "sesame"}, labels={"token": "sesame"})
    assert ask(engine.socket, "GET", "/containers/web/json")[0] == 200
    assert ask(work + "/s.sock", "POST", "/containers/web%0Auid=0/kill?signal=sesame")[0] == 403
    assert ask(work + "/s.sock", "GET", "/containers/web/json")[0] == 200
    talk(work + "/s.sock", b'{"method":"io.podman.TagImage","parameters":{"name":"sesam","tagged":"b"}}\0')
    engine.ask("POST", API + "/containers/web/start")
    with connect(engine.socket) as attached:
        attached.sendall(b"POST /containers/web/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        read_until(attached, b"\r\n\r\n")
        with open(work + "/audit.log", encoding="ascii") as log:
            assert "route=ContainerAttach object=web verdict=allowed status=101" in log.read(), "while it goes on"
    engine.remove(ctr)
    with open(work + "/audit.log", encoding="ascii") as log:
        text = log.read()
    lines = [dict(word.split("=", 1) for word in line.split(" ")[1:]) for line in text.splitlines()]
    seen = [(line["route"], line["object"], line["verdict"], line["status"]) for line in lines]
    assert seen == [
        ("ImageImportLibpod", "coracle/default", "allowed", "200"),
        ("ContainerCreateLibpod", "web", "allowed", "201"),
        ("ContainerKill", "web\\x0auid=0", "refused", "403"),
        ("io.podman.TagImage", "", "refused", "failed"),
        ("ContainerStartLibpod", "web", "allowed", "204"),
        ("ContainerAttach", "web", "allowed", "101"),
        ("ContainerDeleteLibpod", ctr, "allowed", "200"),
    ], seen
    assert all(line["uid"] == "0" and line["pid"] == str(os.getpid()) for line in lines), lines
    assert lines[2]["socket"] == work + "/s.sock" and lines[0]["socket"] == engine.socket
    assert "sesam" not in text
    assert os.stat(work + "/audit.log").st_mode & 0o777 == 0o600


def a_mistake_keeps_it_from_starting(work, engines):
    engine = Engine(BUILD, work)
    engines.append(engine)
    file = work + "/policy.toml"
    for text, words in (('[[socket]]\npath = "%s/s.sock"\nallow = ["proxi"]\n' % work, file + ":3: "), ("[[sock", file + ":1: "),
                        ('[audit]\nto = "/nonexistent/log"\n', "/nonexistent/log")):
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
        done = subprocess.run([engine.program, "--root", engine.root, "--runroot", engine.runroot, "--policy", file], capture_output=True,
                              text=True, timeout=60, check=False)
        assert done.returncode == 1 and words in done.stderr, done
        assert not os.path.exists(work + "/s.sock")
    with open(engine.log, "ab"):
        pass


CASES = {case.__name__: case for case in (
    a_socket_has_its_mode_and_group, presets_give_and_refuse, refusals_hold_on_any_connection, who_is_there_decides,
    handed_over_sockets_have_policies, the_audit_has_each_change, a_mistake_keeps_it_from_starting)}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
