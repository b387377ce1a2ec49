#!/usr/bin/env python3
"""TCP with TLS and certificates on both sides.

    unshare --mount --net python3 tls.py BUILD CASE
"""
import contextlib
import hashlib
import http.client
import io
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tarfile
import time

LIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib")
sys.path.insert(0, LIB)
from certificates import Authority  # noqa: E402
from private import API, Engine, read_to_end, read_until, run_case  # noqa: E402

BUILD = sys.argv[1]
CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "contrib")
PORT = 2376
ADDRESS = "tcp://127.0.0.1:%d" % PORT
PING = b"GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n"


def authority_of(work, *clients):
    authority = Authority(work + "/pki")
    authority.server()
    for name in clients:
        authority.client(name)
    return authority


def listen(authority, *more):
    return ("--listen", ADDRESS, "--tlsverify", "--tlscacert", authority.path("ca.pem"), "--tlscert", authority.path("server.pem"),
            "--tlskey", authority.path("server-key.pem"), *more)


def start(work, engines, *options, **environment):
    engine = Engine(BUILD, work, *options)
    engines.append(engine)
    engine.start(**environment)
    return engine


def context_of(authority, client=None, clients=None):
    context = ssl.create_default_context(cafile=authority.path("ca.pem"))
    if client:
        clients = clients or authority
        context.load_cert_chain(clients.path(client + ".pem"), clients.path(client + "-key.pem"))
    return context


def connect(authority, client, timeout=30, clients=None):
    plain = socket.create_connection(("127.0.0.1", PORT), timeout)
    return context_of(authority, client, clients).wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False)


def ask(authority, client, method, target, body=None, **fields):
    """Status and body."""
    connection = http.client.HTTPSConnection("localhost", PORT, timeout=60, context=context_of(authority, client))
    if body is not None:
        fields["Content-Type"] = "application/json"
    with contextlib.closing(connection):
        connection.request(method, target, body, fields)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()


def docker(authority, client, *argv):
    environment = dict(os.environ, DOCKER_HOST=ADDRESS, DOCKER_TLS_VERIFY="1", DOCKER_CERT_PATH=authority.path("for-" + client))
    os.makedirs(environment["DOCKER_CERT_PATH"], exist_ok=True)
    for name, source in (("ca", "ca"), ("cert", client), ("key", client + "-key")):
        with contextlib.suppress(FileExistsError):
            os.symlink(authority.path(source + ".pem"), environment["DOCKER_CERT_PATH"] + "/%s.pem" % name)
    return {"args": ["/usr/bin/docker", *argv], "env": environment}


def run_docker(authority, client, *argv, code=0, **options):
    done = subprocess.run(**docker(authority, client, *argv), capture_output=True, timeout=120, check=False, **options)
    assert done.returncode == code, done
    return (done.stdout if code == 0 else done.stderr).decode()


def wait_until(what, seconds=60, about=None):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, about
        time.sleep(0.02)


def threads_of(engine):
    return len(os.listdir("/proc/%d/task" % engine.process.pid))


def log_of(engine):
    with open(engine.log, encoding="utf-8") as log:
        return log.read()


def refused(authority, client, clients=None):
    """What the client's TLS says; with 1.3 that comes after its own handshake."""
    try:
        with connect(authority, client, clients=clients) as connection:
            connection.sendall(PING)
            return "served " + repr(connection.recv(100))
    except (ssl.SSLError, ConnectionResetError) as error:
        return str(error)


def clients_are_verified(work, engines):
    authority = authority_of(work, "alice", "bob")
    authority.client("late", days=-1)
    authority.issue("wrong", "/CN=wrong", "extendedKeyUsage=serverAuth")
    authority.revoke("bob")
    others = Authority(work + "/others")
    others.client("mallory", "/CN=alice")
    start(work, engines, *listen(authority, "--tlscrl", authority.path("crl.pem"), "--log-level", "info"))
    assert ask(authority, "alice", "GET", "/_ping") == (200, "OK")
    for client, clients, words in (("late", None, "expired"), ("bob", None, "revoked"), ("wrong", None, "certificate"),
                                   ("mallory", others, "unknown ca"), (None, None, "certificate required")):
        assert words in refused(authority, client, clients).lower().replace("_", " "), (client, refused(authority, client, clients))
    old = context_of(authority, "alice")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with socket.create_connection(("127.0.0.1", PORT), 30) as plain:
        try:
            old.wrap_socket(plain, server_hostname="localhost")
            raise AssertionError("TLS 1.1 was taken")
        except ssl.SSLError as error:
            assert "protocol version" in str(error).lower().replace("_", " "), error
    assert "certificate revoked" in log_of(engines[0]) and "expired" in log_of(engines[0])
    assert ask(authority, "alice", "GET", "/_ping") == (200, "OK")


def what_is_no_tls_harms_nobody(work, engines):
    authority = authority_of(work, "alice")
    engine = start(work, engines, *listen(authority))
    stalled = [socket.create_connection(("127.0.0.1", PORT), 60) for _ in range(40)]
    for connection in stalled[20:]:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00")
    before = time.monotonic()
    assert ask(authority, "alice", "GET", "/_ping") == (200, "OK")
    for request in (PING, b"POST /containers/create HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100000):
        with socket.create_connection(("127.0.0.1", PORT), 30) as plain:
            plain.sendall(request)
            answer = read_to_end(plain)
            assert answer.startswith(b"HTTP/1.0 400 Bad Request\r\n") and b"Client sent an HTTP request to an HTTPS server." in answer, answer
    for garbage in (b"garbage", b"\0" * 100, b"{\"method\":\"org.varlink.service.GetInfo\"}\0", b"\x16\x03\x01\xff\xff" + b"\xff" * 70000):
        with socket.create_connection(("127.0.0.1", PORT), 30) as plain:
            with contextlib.suppress(ConnectionError):
                plain.sendall(garbage)
                plain.shutdown(socket.SHUT_WR)
                assert not read_to_end(plain).startswith(b"HTTP"), garbage
    assert ask(authority, "alice", "GET", "/_ping") == (200, "OK")
    done = subprocess.run(["/usr/bin/docker", "-H", ADDRESS, "version"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0 and "Client sent an HTTP request to an HTTPS server." in done.stderr, done
    assert engine.call("GET", "/_ping")[0] == 200
    for connection in stalled:  # each has its ten seconds, and no more
        with contextlib.closing(connection), contextlib.suppress(ConnectionResetError):
            read_to_end(connection)
    assert 9 < time.monotonic() - before < 60
    wait_until(lambda: threads_of(engine) == 1)


def docker_works(work, engines):
    authority = authority_of(work, "alice")
    engine = start(work, engines, *listen(authority))
    engine.import_default_image(CONTRIB)

    def run(*argv, **options):
        return run_docker(authority, "alice", *argv, **options)

    events = subprocess.Popen(**docker(authority, "alice", "events", "--format", "{{.Action}}"), stdout=subprocess.PIPE)
    plain = ("run", "--rm", "--network", "none", "-i", "coracle/default")
    assert run(*plain, "echo", "hello") == "hello\n"
    assert run(*plain, "sh", "-c", "cat; echo end", input=b"first\n" * 20000) == "first\n" * 20000 + "end\n"
    assert run(*plain, "sh", "-c", "exit 7", code=7) == ""
    run("run", "-d", "--name", "web", "--network", "none", "coracle/default", "sh", "-c", "while read line; do echo got $line; done; sleep 1000")
    assert run("exec", "-i", "web", "sort", input=b"b\na\n") == "a\nb\n"
    on_terminal = [sys.executable, LIB + "/terminal.py", "expect /dev/pts/", "--"]
    subprocess.run(on_terminal + docker(authority, "alice", "exec", "-it", "web", "tty")["args"],
                   env=docker(authority, "alice")["env"], stdout=subprocess.DEVNULL, timeout=90, check=True)
    run("create", "--name", "talk", "-i", "--network", "none", "coracle/default", "sh", "-c", "while read line; do echo got $line; done; echo bye")
    assert run("start", "-ai", "talk", input=b"one\ntwo\n") == "got one\ngot two\nbye\n"
    assert run("logs", "talk") == "got one\ngot two\nbye\n"
    run("run", "-d", "--name", "ticks", "--network", "none", "coracle/default", "sh", "-c", "while true; do echo tick; sleep 0.1; done")
    with subprocess.Popen(**docker(authority, "alice", "logs", "-f", "ticks"), stdout=subprocess.PIPE) as following:
        for _ in range(5):
            assert following.stdout.readline() == b"tick\n"
        following.send_signal(signal.SIGINT)
    with open(work + "/rootfs.tar", "wb") as out:
        subprocess.run([CONTRIB + "/default-image.sh"], check=True, stdin=subprocess.DEVNULL, stdout=out)
    subprocess.run([sys.executable, LIB + "/archive.py", work + "/rootfs.tar", work + "/image.tar", "localhost/loaded:1"], check=True)
    assert "localhost/loaded:1" in run("load", "-i", work + "/image.tar")
    with tarfile.open(fileobj=io.BytesIO(subprocess.run(**docker(authority, "alice", "cp", "web:/bin", "-"), capture_output=True, check=True).stdout)) as tar:
        assert any(name.endswith("/busybox") for name in tar.getnames())
    run("rm", "-f", "web", "talk", "ticks")
    assert "create\n" in iter(lambda: events.stdout.readline().decode(), "")
    events.send_signal(signal.SIGINT)
    events.wait(60)
    wait_until(lambda: threads_of(engine) <= 2)  # one listens to the bell from the first stream on


def other_clients_work(work, engines):
    authority = authority_of(work, "alice")
    engine = start(work, engines, *listen(authority))
    engine.import_default_image(CONTRIB)
    with contextlib.closing(http.client.HTTPSConnection("127.0.0.1", PORT, timeout=60, context=context_of(authority, "alice"))) as kept:
        for _ in range(20):
            kept.request("GET", "/containers/json")
            assert kept.getresponse().read() == b"[]\n"
        port = kept.sock.getsockname()[1]
        kept.request("GET", "/_ping")
        assert kept.getresponse().read() == b"OK" and kept.sock.getsockname()[1] == port
    code = """if True:
        import docker, sys
        tls = docker.tls.TLSConfig(ca_cert=sys.argv[1], client_cert=(sys.argv[2], sys.argv[3]), verify=True)
        client = docker.DockerClient(base_url=sys.argv[4], tls=tls)
        print(client.containers.run("coracle/default", ["echo", "hello"], remove=True, network_mode="none"))
        client.containers.run("coracle/default", ["sleep", "1000"], name="py", detach=True, network_mode="none")
        print(client.containers.get("py").exec_run("id -u").output)
        client.containers.get("py").remove(force=True)
        """
    # requests prefers a machine's bundle in the environment to the file it is given
    environment = {name: value for name, value in os.environ.items() if name not in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")}
    done = subprocess.run([sys.executable, "-c", code, authority.path("ca.pem"), authority.path("alice.pem"), authority.path("alice-key.pem"), ADDRESS],
                          env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout == "b'hello\\n'\nb'0\\n'\n", done
    done = subprocess.run(["curl", "-sS", "--cacert", authority.path("ca.pem"), "--cert", authority.path("alice.pem"), "--key", authority.path("alice-key.pem"),
                           "https://127.0.0.1:%d/_ping" % PORT], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "OK", done
    made = engine.create(command=["cat"], stdin=True)
    engine.ask("POST", API + "/containers/%s/start" % made)
    data = os.urandom(1 << 20) * 32
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        info = tarfile.TarInfo("big")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    with contextlib.closing(http.client.HTTPSConnection("127.0.0.1", PORT, timeout=120, context=context_of(authority, "alice"))) as connection:
        connection.request("PUT", "/containers/%s/archive?path=/" % made, tar.getvalue(), {"Content-Type": "application/x-tar"})
        assert connection.getresponse().read() is not None
        connection.request("GET", "/containers/%s/archive?path=/big" % made)
        with tarfile.open(fileobj=io.BytesIO(connection.getresponse().read())) as archive:
            assert hashlib.sha256(archive.extractfile("big").read()).digest() == hashlib.sha256(data).digest()
    with connect(authority, "alice") as socket_:
        socket_.sendall(b"GET /containers/%s/attach/ws?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % made.encode())
        assert b" 101 " in read_until(socket_, b"\r\n\r\n")
        socket_.sendall(b"\x82\x86\0\0\0\0hello\n")
        assert b"hello\n" in read_until(socket_, b"hello\n")
    engine.remove(made)


def rights_go_by_certificate(work, engines):
    authority = authority_of(work, "carol", "dave")
    authority.client("alice", "/O=ops/CN=alice")
    authority.client("bob", "/CN=b\u00f6b x", "DNS:Build.Example,email:bob@example.org")
    policy = """
        [audit]
        to = "DIR/audit.log"
        [[socket]]
        listen = "tcp://127.0.0.1:2376"
        tls-certificate = "PKI/server.pem"
        tls-key = "PKI/server-key.pem"
        tls-client-ca = "PKI/ca.pem"
        certificates = ["O=ops"]
        allow = ["admin"]
        [[socket]]
        listen = "tcp://127.0.0.1:2376"
        certificates = ["dns:build.example", "SHA256:%s"]
        allow = ["monitor"]
        """ % authority.fingerprint("carol")
    with open(work + "/policy.toml", "w", encoding="utf-8") as out:
        out.write(policy.replace("DIR", work).replace("PKI", authority.path("")[:-1]))
    start(work, engines, "--policy", work + "/policy.toml")
    create = ("POST", "/containers/create?name=x", "{}")
    assert ask(authority, "alice", *create)[0] == 400  # it is let through, and there is no image
    for client in ("bob", "carol"):
        assert ask(authority, client, "GET", "/containers/json")[0] == 200, client
        status, text = ask(authority, client, *create)
        message = json.loads(text)["message"]
        assert status == 403 and ADDRESS in message and "allow = [monitor]" in message, text
    status, text = ask(authority, "dave", "GET", "/_ping")
    print_of = {name: authority.fingerprint(name).replace(":", "").lower() for name in ("alice", "bob", "carol", "dave")}
    assert status == 403 and "CN=dave" in text and print_of["dave"] in text and ADDRESS in text, text
    assert "CN=dave" in run_docker(authority, "dave", "ps", code=1)
    with open(work + "/audit.log", encoding="ascii") as log:
        lines = [dict(word.split("=", 1) for word in line.split(" ")[1:]) for line in log.read().splitlines()]
    seen = [(line["certificate"], line["sha256"], line["route"], line["verdict"], line["status"]) for line in lines[:4]]
    assert seen == [
        ("CN=alice,O=ops", print_of["alice"], "ContainerCreate", "allowed", "400"),
        ("CN=b\\xc3\\xb6b\\x20x", print_of["bob"], "ContainerCreate", "refused", "403"),
        ("CN=carol", print_of["carol"], "ContainerCreate", "refused", "403"),
        ("CN=dave", print_of["dave"], "SystemPing", "refused", "403"),
    ], lines
    assert all("uid" not in line and line["socket"] == ADDRESS and line["peer"].startswith("tcp://127.0.0.1:") for line in lines), lines


def a_socket_that_is_handed_over(work, engines):
    authority = authority_of(work, "alice")
    engine = Engine(BUILD, work)
    engines.append(engine)
    files = 'tls-certificate = "%s"\ntls-key = "%s"\ntls-client-ca = "%s"\n' % tuple(authority.path(name) for name in ("server.pem", "server-key.pem", "ca.pem"))
    listener = socket.create_server(("127.0.0.1", PORT))
    for block, words in (('name = "secure"\n' + files, None), ('listen = "%s"\n' % ADDRESS + files, None),
                         ('name = "secure"\n', "client certificates alone"), ('name = "other"\n' + files, "no [[socket]] is for the socket " + ADDRESS)):
        with open(work + "/policy.toml", "w", encoding="utf-8") as out:
            out.write("[[socket]]\n%sallow = [\"monitor\"]\n[audit]\nto = \"none\"\n" % block)
        environment = dict(os.environ, LISTEN_FDS="1", LISTEN_FDNAMES="secure")
        script = 'exec 3<&%d; export LISTEN_PID=$$; exec "$@"' % listener.fileno()
        argv = [engine.program, "--root", engine.root, "--runroot", engine.runroot, "--policy", work + "/policy.toml", "--idle-timeout", "1"]
        with open(engine.log, "ab") as log:
            engine.process = subprocess.Popen(["bash", "-c", script, "sh", *argv], env=environment, stderr=log, pass_fds=[listener.fileno()])
        if not words:
            assert ask(authority, "alice", "GET", "/info")[0] == 200, block
            assert ask(authority, "alice", "POST", "/containers/x/start")[0] == 403, block
        assert engine.process.wait(60) == (1 if words else 0), block
        assert not words or words in log_of(engine), log_of(engine)


def pages_of_others_are_refused(work, engines):
    authority = authority_of(work, "alice")
    start(work, engines, *listen(authority))
    for origin in ("https://example.org", "null", "http://localhost:%d" % PORT, "https://localhost"):
        status, body = ask(authority, "alice", "POST", "/volumes/create", '{"Name": "theirs"}', Origin=origin)
        assert status == 403 and "Origin" in body, (status, body)
    assert ask(authority, "alice", "GET", "/volumes/theirs")[0] == 404
    assert ask(authority, "alice", "POST", "/volumes/create", '{"Name": "ours"}', Origin="https://localhost:%d" % PORT)[0] == 201
    assert ask(authority, "alice", "GET", "/volumes/ours")[0] == 200


def who_leaves_leaves_nothing(work, engines):
    authority = authority_of(work, "alice")
    engine = start(work, engines, *listen(authority, "--idle-timeout", "2"))
    engine.import_default_image(CONTRIB)
    made = engine.create(command=["sleep", "1000"])
    engine.ask("POST", API + "/containers/%s/start" % made)
    upgrade = b"POST /containers/%s/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n" % made.encode()
    with connect(authority, "alice") as kept:  # or the server may end
        kept.sendall(PING)
        read_until(kept, b"OK")
        begun = threads_of(engine) + 1  # one listens to the bell from the first stream on; a connection has two
        for request in (b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /containers/%s/logs?follow=1&stdout=1 HTTP/1.1\r\nHost: x\r\n\r\n" % made.encode(),
                        b"POST /containers/%s/wait HTTP/1.1\r\nHost: x\r\n\r\n" % made.encode(), upgrade, PING):
            for kind in ("killed", "closed", "reset"):
                connection = connect(authority, "alice")
                connection.sendall(request)
                if request.startswith(b"GET"):
                    read_until(connection, b"\r\n\r\n")
                if kind == "closed" and request is not upgrade:  # of a raw stream close_notify ends the input alone
                    connection.settimeout(None)
                    connection.setblocking(False)
                    with contextlib.suppress(ssl.SSLError):
                        connection.unwrap()
                if kind == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()
                wait_until(lambda: threads_of(engine) <= begun, 30, (kind, request))
    engine.remove(made)
    assert engine.process.wait(60) == 0


def a_drain_ends_streams(work, engines):
    authority = authority_of(work, "alice")
    engine = start(work, engines, *listen(authority))
    with connect(authority, "alice") as events, connect(authority, "alice") as idle:
        events.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        read_until(events, b"\r\n\r\n")
        idle.sendall(PING)
        read_until(idle, b"OK")
        engine.process.send_signal(signal.SIGTERM)
        assert read_to_end(events).endswith(b"0\r\n\r\n")
        assert read_to_end(idle) == b""  # a cut-off would raise
    assert engine.process.wait(60) == 0


def mistakes_keep_it_from_starting(work, engines):
    authority = authority_of(work, "alice")
    engine = Engine(BUILD, work)
    engines.append(engine)
    open(engine.log, "w", encoding="utf-8").close()
    files = {"--tlscacert": "ca.pem", "--tlscert": "server.pem", "--tlskey": "server-key.pem"}
    for changes, words in (({"--tlscacert": None}, "client certificates alone"), ({name: None for name in files}, "client certificates alone"),
                           ({"--tlskey": "alice-key.pem"}, "key values mismatch"),
                           ({"--tlscert": "none.pem"}, "--tlscert: there is no file"), ({"--tlscacert": "server-key.pem"}, "server-key.pem"), ({"--tlscrl": "ca.pem"}, "ca.pem")):
        options = [word for name, file in {**files, **changes}.items() if file for word in (name, authority.path(file))]
        done = subprocess.run([engine.program, "--root", engine.root, "--runroot", engine.runroot, "--listen", ADDRESS, *options], capture_output=True,
                              text=True, timeout=60, check=False)
        assert words in done.stderr, done
        wrong_option = words.startswith("--")
        assert done.returncode == (2 if wrong_option else 1) and (wrong_option or ADDRESS in done.stderr), done


CASES = {case.__name__: case for case in (
    clients_are_verified, what_is_no_tls_harms_nobody, docker_works, other_clients_work, rights_go_by_certificate, a_socket_that_is_handed_over,
    pages_of_others_are_refused,
    who_leaves_leaves_nothing, a_drain_ends_streams, mistakes_keep_it_from_starting)}

if __name__ == "__main__":
    run_case(CASES, sys.argv[2])
