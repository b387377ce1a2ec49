"""A server of one's own in namespaces of one's own, for tests that kill it, starve it or count what it leaves.

Everything is below one directory, a tmpfs that goes with the mount namespace; /run is private too, so the runtime's
state and the firewall's lock are. Run under `unshare --mount --net`.
"""
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

API = "/v5.0.0/libpod"


def say(*words):
    print(*words, flush=True)


def run(*argv, **options):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **options).stdout


def private_machine():
    """Makes /run, podman's networks and the place for everything private to this mount namespace; returns the place."""
    if [name for _, name in socket.if_nameindex()] != ["lo"]:
        sys.exit("run this under: unshare --mount --net")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "run", "/run")
    work = tempfile.mkdtemp(prefix="coracle-private.", dir="/tmp")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "work", work)
    os.makedirs("/etc/containers/networks", exist_ok=True)
    run("mount", "-t", "tmpfs", "networks", "/etc/containers/networks")
    run("ip", "link", "set", "lo", "up")
    return work


def leave_machine(work):
    subprocess.run(["umount", "-l", work], check=False)
    os.rmdir(work)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("coracle", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def connect(path, timeout=20):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(timeout)
    connection.connect(path)
    return connection


def read_to_end(connection):
    data = b""
    while True:
        piece = connection.recv(1 << 16)
        if not piece:
            return data
        data += piece


def read_until(connection, mark):
    """As many bytes as it takes until @mark is among them."""
    data = b""
    while mark not in data:
        piece = connection.recv(1 << 16)
        if not piece:
            raise EOFError("the connection ended after %r, before %r" % (data[-500:], mark))
        data += piece
    return data


def run_case(cases, name, *arguments):
    """The case of that name; with what it said and the servers' logs when it fails."""
    work = private_machine()
    engines = []
    try:
        cases[name](work, engines, *arguments)
    except BaseException:
        for engine in engines:
            with open(engine.log, encoding="utf-8", errors="replace") as log:
                say("--- the server's log:\n" + log.read()[-4000:])
        raise
    finally:
        for engine in engines:
            for pid, _ in list(engine.processes()):
                with contextlib.suppress(ProcessLookupError):  # it ended by itself
                    os.kill(pid, signal.SIGKILL)
            if engine.process and engine.process.poll() is None:
                engine.kill()
        leave_machine(work)


class Refused(Exception):
    """The server said no."""


class Engine:
    """coracled and how to talk to it."""

    def __init__(self, build, work, *options):
        self.program = os.path.abspath(os.path.join(build, "coracled"))
        self.root = os.path.join(work, "root")
        self.runroot = os.path.join(work, "run")
        self.socket = os.path.join(work, "coracle.sock")
        self.log = os.path.join(work, "log")
        self.options = options
        self.process = None

    def start(self, **environment):
        """Returns once it says that it is ready."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, open(self.log, "ab") as log:
            ready.bind("\0coracle-ready-%d-%d" % (os.getpid(), id(ready)))
            ready.settimeout(60)
            argv = [self.program, "--root", self.root, "--runroot", self.runroot, "--listen", "unix://" + self.socket]
            env = dict(os.environ, NOTIFY_SOCKET="@" + ready.getsockname()[1:].decode(), **environment)
            self.process = subprocess.Popen(argv + list(self.options), stderr=log, env=env)
            while ready.recv(4096) != b"READY=1":
                pass

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def call(self, method, path, body=None, timeout=60, content_type="application/json"):
        """Status and body, decoded when it is JSON."""
        connection = UnixConnection(self.socket, timeout)
        try:
            if isinstance(body, (dict, list)):
                body = json.dumps(body)
            connection.request(method, path, body, {"Content-Type": content_type} if body is not None else {})
            reply = connection.getresponse()
            data = reply.read()
            if data and reply.headers.get("Content-Type", "").startswith("application/json"):
                data = json.loads(data)
            return reply.status, data
        finally:
            connection.close()

    def ask(self, method, path, body=None, expect=(200, 201, 204), **options):
        status, data = self.call(method, path, body, **options)
        if status not in expect:
            raise Refused("%s %s: %d %s" % (method, path, status, data))
        return data

    def import_default_image(self, contrib):
        with open("/dev/null", "rb") as nothing:
            tar = subprocess.run([os.path.join(contrib, "default-image.sh")], check=True, stdin=nothing,
                                 stdout=subprocess.PIPE).stdout
        self.ask("POST", API + "/images/import?reference=coracle/default", tar, content_type="application/x-tar")

    # ---- containers ----

    def create(self, **spec):
        spec.setdefault("image", "coracle/default")
        spec.setdefault("netns", {"nsmode": "none"})
        return self.ask("POST", API + "/containers/create", spec)["Id"]

    def containers(self):
        return self.ask("GET", API + "/containers/json?all=true")

    def inspect(self, key):
        return self.ask("GET", API + "/containers/%s/json" % key)

    def remove(self, key):
        """As `rm -f -v`; one that is gone already is fine."""
        self.ask("DELETE", API + "/containers/%s?force=true&v=true" % key, expect=(200, 204, 404))

    def processes(self, word=b""):
        """Programs that name a place of ours on their command line: pid and arguments. The server itself is none."""
        mark = os.path.dirname(self.root).encode() + b"/"
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) in (os.getpid(), self.process.pid if self.process else 0):
                continue
            try:
                with open("/proc/%s/cmdline" % entry, "rb") as file:
                    line = file.read()
            except OSError:
                continue
            if mark in line and word in line:
                yield int(entry), line.split(b"\0")[:-1]
