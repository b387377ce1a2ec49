#!/usr/bin/env python3
"""Heads and framing as raw bytes against a running server.

    unshare --mount --net python3 gate.py BUILD CASE
"""
import json
import os
import re
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from private import API, Engine, connect, read_to_end, read_until, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
NEXT = b"GET /_ping HTTP/1.1\r\nHost: next\r\n\r\n"  # what must not be seen behind a bad head
PING = b"GET /_ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def talk(engine, data):
    """All that comes back until the server closes."""
    with connect(engine.socket) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:  # it had read enough
            pass
        return read_to_end(connection)


def statuses(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d\d\d) ", answer)]


def post(fields, body=b"", version=b"1.1"):
    return b"POST /containers/nosuch/start HTTP/" + version + b"\r\n" + fields + b"\r\n" + body


def ping(fields, target=b"/_ping", version=b"1.1", method=b"GET"):
    return method + b" " + target + b" HTTP/" + version + b"\r\n" + fields + b"\r\n"


HOST = b"Host: x\r\n"
REFUSED = [
    # lengths
    ("two lengths that differ", 400, post(HOST + b"Content-Length: 3\r\nContent-Length: 5\r\n", b"abcde")),
    ("two lengths that agree", 400, post(HOST + b"Content-Length: 3\r\nContent-Length: 3\r\n", b"abc")),
    ("a list of lengths", 400, post(HOST + b"Content-Length: 3, 3\r\n", b"abc")),
    ("a length and chunks", 400, post(HOST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n")),
    ("chunks and a length", 400, post(HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", b"0\r\n\r\n")),
    ("a length with a sign", 400, post(HOST + b"Content-Length: +3\r\n", b"abc")),
    ("a negative length", 400, post(HOST + b"Content-Length: -1\r\n")),
    ("a hexadecimal length", 400, post(HOST + b"Content-Length: 0x3\r\n", b"abc")),
    ("a length with a blank", 400, post(HOST + b"Content-Length: 1 0\r\n", b"abc")),
    ("an empty length", 400, post(HOST + b"Content-Length: \r\n")),
    ("a length beyond any number", 400, post(HOST + b"Content-Length: 99999999999999999999999\r\n")),
    # transfer codings
    ("chunked twice", 400, post(HOST + b"Transfer-Encoding: chunked, chunked\r\n", b"0\r\n\r\n")),
    ("two fields of chunked", 400,
     post(HOST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n")),
    ("chunked behind another coding", 400, post(HOST + b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n")),
    ("another coding behind chunked", 400, post(HOST + b"Transfer-Encoding: chunked, identity\r\n", b"0\r\n\r\n")),
    ("identity", 400, post(HOST + b"Transfer-Encoding: identity\r\n")),
    ("chunked with a parameter", 400, post(HOST + b"Transfer-Encoding: chunked;q=1\r\n", b"0\r\n\r\n")),
    ("chunked in quotes", 400, post(HOST + b'Transfer-Encoding: "chunked"\r\n', b"0\r\n\r\n")),
    ("a vertical tab before chunked", 400, post(HOST + b"Transfer-Encoding: \x0bchunked\r\n", b"0\r\n\r\n")),
    ("a blank before the colon", 400, post(HOST + b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n")),
    ("a folded coding", 400, post(HOST + b"Transfer-Encoding:\r\n chunked\r\n", b"0\r\n\r\n")),
    ("chunks on HTTP/1.0", 400, post(b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"1.0")),
    # hosts
    ("no Host on HTTP/1.1", 400, ping(b"")),
    ("two Hosts", 400, ping(b"Host: x\r\nHost: y\r\n")),
    ("two equal Hosts", 400, ping(b"Host: x\r\nhost: x\r\n")),
    ("two Hosts on HTTP/1.0", 400, ping(b"Host: x\r\nHost: y\r\n", version=b"1.0")),
    ("a list of Hosts", 400, ping(b"Host: x, y\r\n")),
    # bytes
    ("a NUL in the target", 400, ping(HOST, b"/_pi\0ng")),
    ("a NUL in a field", 400, ping(HOST + b"X-A: a\0b\r\n")),
    ("an escaped NUL in the path", 400, ping(HOST, b"/containers/a%00b/json")),
    ("an escaped NUL in the query", 400, ping(HOST, b"/_ping?a=%00")),
    ("a bare line feed behind the request line", 400, b"GET /_ping HTTP/1.1\nHost: x\r\n\r\n"),
    ("a bare line feed behind a field", 400, b"GET /_ping HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n"),
    ("a bare line feed as the blank line", 400, b"GET /_ping HTTP/1.1\r\nHost: x\r\n\n"),
    ("a bare carriage return in a field", 400, ping(HOST + b"X-A: a\rContent-Length: 5\r\n")),
    ("a control byte in a field", 400, ping(HOST + b"X-A: \x01\r\n")),
    ("a control byte in the target", 400, ping(HOST, b"/_ping\x1f")),
    ("a DEL in a field", 400, ping(HOST + b"X-A: \x7f\r\n")),
    ("a blank in the target", 400, ping(HOST, b"/_ping /x")),
    ("bytes above ASCII in the target", 400, ping(HOST, b"/\xff")),
    ("a folded field", 400, ping(HOST + b"X-A: b\r\n c\r\n")),
    ("a field without colon", 400, ping(HOST + b"nonsense\r\n")),
    ("a field without name", 400, ping(HOST + b": b\r\n")),
    ("an empty line first", 400, b"\r\n" + ping(HOST)),
    # lines
    ("no version", 400, b"GET /_ping\r\nHost: x\r\n\r\n"),
    ("HTTP/2.0", 400, ping(HOST, version=b"2.0")),
    ("HTTP/1.2", 400, ping(HOST, version=b"1.2")),
    ("another protocol", 400, b"GET /_ping RTSP/1.0\r\n\r\n"),
    ("a method that is no word", 400, ping(HOST, method=b"G(T")),
    ("a target without slash", 400, ping(HOST, b"_ping")),
    ("TLS", 400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    ("an expectation nobody has", 417, ping(HOST + b"Expect: a-miracle\r\n")),
    # sizes
    ("a target too long", 414, ping(HOST, b"/" + b"a" * 16384)),
    ("a target too long and no end", 414, b"GET /" + b"a" * 20000),
    ("a field too long", 431, ping(HOST + b"X-A: " + b"a" * 66000 + b"\r\n")),
    ("a field too long and no end", 431, b"GET / HTTP/1.1\r\nX-A: " + b"a" * 70000),
    ("too many fields", 431, ping(HOST + b"".join(b"X-%d: a\r\n" % i for i in range(101)))),
]


def start(work, engines, *options):
    engine = Engine(BUILD, work, *options)
    engines.append(engine)
    engine.start()
    return engine


def a_bad_head_is_refused_and_the_last(work, engines):
    engine = start(work, engines)
    wrong = []
    for name, status, request in REFUSED:
        answer = talk(engine, request + (b"" if "no end" in name else NEXT))
        if statuses(answer) != [status]:
            wrong.append("%s: %s, expected %d alone" % (name, statuses(answer), status))
        elif b"\r\nConnection: close\r\n" not in answer or b'{"message":' not in answer:
            wrong.append("%s: %r" % (name, answer))
    assert not wrong, "\n".join(wrong)
    assert statuses(talk(engine, PING)) == [200]
    engine.stop()


def good_heads_of_every_kind_pass(work, engines):
    engine = start(work, engines)
    for name, request, expected in [
        ("HTTP/1.0 without Host", ping(b"", version=b"1.0"), [200]),
        ("HTTP/1.0 that stays", ping(b"Connection: keep-alive\r\n", version=b"1.0") + PING, [200, 200]),
        ("HTTP/1.0 that does not", ping(b"", version=b"1.0") + PING, [200]),
        ("an empty Host", ping(b"Host:\r\nConnection: close\r\n"), [200]),
        ("the absolute form", ping(HOST + b"Connection: close\r\n", b"http://x/_ping"), [200]),
        ("three at once", NEXT + NEXT + PING, [200, 200, 200]),
        ("a body nobody reads, then another", ping(HOST + b"Content-Length: 5\r\n") + b"GET /" + PING, [200, 200]),
        ("chunks nobody reads, then another",
         ping(HOST + b"Transfer-Encoding: chunked\r\n") + b"3\r\nabc\r\n0\r\n\r\n" + PING, [200, 200]),
        ("the longest target", ping(HOST + b"Connection: close\r\n", b"/_ping?" + b"a" * (16384 - 7)), [200]),
        ("nobody behind close", PING + NEXT, [200]),
    ]:
        answer = talk(engine, request)
        assert statuses(answer) == expected, (name, answer)
    engine.stop()


def bad_chunks_are_refused_and_close(work, engines):
    engine = start(work, engines)
    head = (b"POST /v5.0.0/libpod/containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n")
    for body in (b"x\r\n", b"-1\r\n", b"0x2\r\n{}\r\n0\r\n\r\n", b"2\n{}\r\n0\r\n\r\n", b"2\r\n{}0\r\n\r\n",
                 b" 2\r\n{}\r\n0\r\n\r\n", b"fffffffffffffffff\r\n", b"2;" + b"a" * 300 + b"\r\n{}\r\n0\r\n\r\n"):
        answer = talk(engine, head + body + NEXT)
        assert statuses(answer) == [400], (body, answer)
    engine.stop()


def continue_is_said_when_the_body_is_wanted(work, engines):
    engine = start(work, engines)
    fields = b"Host: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with connect(engine.socket) as connection:
        connection.sendall(b"POST /v5.0.0/libpod/containers/create HTTP/1.1\r\n" + fields)
        assert read_until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}" + PING)
        answer = read_to_end(connection)
        assert statuses(answer)[-1] == 200 and len(statuses(answer)) == 2, answer
    with connect(engine.socket) as connection:  # refused before the body: no word, and no other request
        connection.sendall(b"POST /nosuch HTTP/1.1\r\n" + fields)
        answer = read_to_end(connection)
        assert statuses(answer) == [404] and b"Connection: close" in answer, answer
    engine.stop()


def head_answers_where_the_peers_have_it(work, engines):
    engine = start(work, engines)
    for path in (b"/_ping", b"/v1.41/_ping", b"/libpod/_ping", b"/v5.0.0/libpod/_ping"):
        answer = talk(engine, ping(HOST + b"Connection: close\r\n", path, method=b"HEAD"))
        assert statuses(answer) == [200] and answer.endswith(b"\r\n\r\n"), answer
        assert b"\r\nApi-Version: " in answer, answer
    assert statuses(talk(engine, ping(HOST, b"/containers/json", method=b"HEAD"))) == [404]
    assert statuses(talk(engine, ping(HOST, b"/v5.0.0/libpod/containers/json", method=b"HEAD"))) == [405]
    engine.stop()


def paths_are_cleaned_by_redirect(work, engines):
    engine = start(work, engines)
    for path, location in [(b"//_ping", b"/_ping"), (b"/containers//json?all=1", b"/containers/json?all=1"),
                           (b"/v1.41//_ping", b"/v1.41/_ping"), (b"/./_ping", b"/_ping"), (b"/a/../_ping", b"/_ping"),
                           (b"/v5.0.0/libpod//containers/json", b"/v5.0.0/libpod/containers/json")]:
        answer = talk(engine, ping(HOST, path))
        assert statuses(answer) == [301] and b"\r\nLocation: " + location + b"\r\n" in answer, answer
    for path, status in [(b"/_ping/", 404), (b"/containers/json/", 404), (b"/v5.0.0/libpod/containers/json/", 404),
                         (b"/nosuch", 404), (b"/vfoo/_ping", 404), (b"/v1.23/_ping", 400), (b"/v1.99/_ping", 400),
                         (b"/v1.24/_ping", 200), (b"/v9/libpod/nosuch", 404)]:
        assert statuses(talk(engine, ping(HOST, path))) == [status], path
    answer = talk(engine, ping(HOST, b"/nosuch"))
    assert json.loads(answer.split(b"\r\n\r\n")[1]) == {"message": "page not found"}, answer
    answer = talk(engine, ping(HOST, b"/libpod/nosuch"))
    assert answer.endswith(b"Not Found\n") and b"X-Content-Type-Options: nosniff" in answer, answer
    engine.stop()


def what_nobody_knows_is_told_or_refused(work, engines):
    lax = start(work, engines)
    os.mkdir(work + "/strict")
    strict = start(work + "/strict", engines, "--strict")
    body = b'{"image":"nosuch","nobody_knows":1,"netns":{"nor_this":2}}'
    create = (b"POST /v5.0.0/libpod/containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              b"Content-Length: %d\r\n\r\n" % len(body) + body)
    query = ping(HOST, b"/containers/json?all=1&nobody_knows=1")
    for request, names in ((query, [b"nobody_knows"]), (create, [b"nobody_knows", b"nor_this"])):
        told = talk(lax, request)
        warning = re.search(rb"\r\nWarning: 299 [^\r]*", told)
        assert warning and all(name in warning.group() for name in names), told
        refused = talk(strict, request)
        assert statuses(refused) == [400] and all(name in refused.split(b"\r\n\r\n")[1] for name in names), refused
    assert b"\r\nWarning:" not in talk(lax, ping(HOST, b"/containers/json?all=1"))
    assert statuses(talk(strict, ping(HOST, b"/containers/json?all=1"))) == [200]
    lax.stop()
    strict.stop()


def cockpit_attaches_and_executes(work, engines):
    """HTTP/1.0 without Host, an upgrade to WebSocket that is none."""
    engine = start(work, engines)
    engine.import_default_image(CONTRIB)
    made = engine.create(command=["cat"], stdin=True, terminal=True)
    engine.ask("POST", API + "/containers/%s/start" % made)
    upgrade = b"Upgrade: WebSocket\r\nConnection: Upgrade\r\n"
    with connect(engine.socket) as connection:
        target = b"/v1.12/libpod/containers/%s/attach?stdin=true&stdout=true&stderr=true" % made.encode()
        connection.sendall(b"POST " + target + b" HTTP/1.0\r\n" + upgrade + b"Content-Length: 0\r\n\r\n")
        head = read_until(connection, b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ") and b"\r\nUpgrade: WebSocket\r\n" in head, head
        connection.sendall(b"hello\n")
        read_until(connection, b"hello")
    wanted = {"Cmd": ["sh"], "AttachStdin": True, "AttachStdout": True, "AttachStderr": True, "Tty": True}
    session = engine.ask("POST", API + "/containers/%s/exec" % made, wanted)["Id"]
    body = b'{"Detach":false,"Tty":false}'
    with connect(engine.socket) as connection:
        connection.sendall(b"POST /v1.12/libpod/exec/%s/start HTTP/1.0\r\n" % session.encode() + upgrade
                           + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        assert read_until(connection, b"\r\n\r\n").startswith(b"HTTP/1.1 101 ")
        connection.sendall(b"echo $((20+3))\nexit\n")
        assert b"23" in read_to_end(connection)
    engine.remove(made)
    engine.stop()


def a_head_may_come_byte_by_byte_on_many_connections(work, engines):
    engine = start(work, engines)
    failures = []

    def one():
        with connect(engine.socket) as connection:
            for byte in PING:
                connection.sendall(bytes([byte]))
            if statuses(read_to_end(connection)) != [200]:
                failures.append("no answer")

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    engine.stop()


CASES = {case.__name__: case for case in (
    a_bad_head_is_refused_and_the_last, good_heads_of_every_kind_pass, bad_chunks_are_refused_and_close,
    continue_is_said_when_the_body_is_wanted, head_answers_where_the_peers_have_it, paths_are_cleaned_by_redirect,
    what_nobody_knows_is_told_or_refused, cockpit_attaches_and_executes,
    a_head_may_come_byte_by_byte_on_many_connections)}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
