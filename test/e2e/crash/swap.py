#!/usr/bin/env python3
"""Copies in and out of a container while somebody in it swaps directories for links that lead out of it.

    swap.py SOCKET CONTAINER ROOT OUTSIDE SECONDS

ROOT is the container's root as /proc/PID/root shows it, with a directory /d; OUTSIDE a folder of the machine with a file
"file" whose text is "secret". Nothing of it may ever come out, nothing may ever be written there, and no answer may be
5xx. Prints how much was tried.
"""
import ctypes
import http.client
import io
import os
import pathlib
import socket
import sys
import tarfile
import threading
import time
import urllib.parse

EXCHANGE = 2
libc = ctypes.CDLL(None, use_errno=True)


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("e2e", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def swap(root, outside, stop):
    """A directory and links that lead out change places, at the end of paths and in the middle."""
    base = f"{root}/d"
    names = ["absolute", "relative", "process"]
    targets = [outside, "../" * 12 + outside.lstrip("/"), "/proc/1/root" + outside]
    for name, target in zip(names, targets):
        os.symlink(target, f"{base}/{name}")
    while not stop.is_set():
        for name in names:
            for _ in range(50):
                libc.renameat2(-100, f"{base}/swap".encode(), -100, f"{base}/{name}".encode(), EXCHANGE)
        libc.renameat2(-100, f"{base}/swap".encode(), -100, f"{base}/absolute".encode(), EXCHANGE)
        libc.renameat2(-100, f"{base}/swap".encode(), -100, f"{base}/absolute".encode(), EXCHANGE)


def tape(*names):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 4
            archive.addfile(member, io.BytesIO(b"text"))
    return out.getvalue()


def copy(socket_path, container, stop, tried, failures):
    put_here = tape("written")
    put_below = tape("swap/written", "swap/more/written")
    requests = [("HEAD", "/d/swap/file", None), ("GET", "/d/swap/file", None), ("GET", "/d/swap", None), ("GET", "/d/swap/.", None),
                ("GET", "/d", None), ("PUT", "/d/swap", put_here), ("PUT", "/d", put_below), ("PUT", "/d/swap/new", put_here)]
    prefixes = ["/containers", "/v5.0.0/libpod/containers"]
    connection = Connection(socket_path)
    while not stop.is_set():
        for method, path, body in requests:
            for prefix in prefixes:
                connection.request(method, f"{prefix}/{container}/archive?path={urllib.parse.quote(path)}", body)
                answer = connection.getresponse()
                text = answer.read()
                tried[answer.status] = tried.get(answer.status, 0) + 1
                if answer.status >= 500:
                    failures.append(f"{method} {prefix} {path}: {answer.status} {text[:300]}")
                if method == "GET" and b"secret" in text:
                    failures.append(f"{method} {prefix} {path}: it leads out")
                if answer.will_close:
                    connection.close()


def main():
    socket_path, container, root, outside, seconds = sys.argv[1:]
    stop, tried, failures = threading.Event(), {}, []
    os.makedirs(f"{root}/d/swap", exist_ok=True)
    pathlib.Path(f"{root}/d/swap/file").write_text("inside")
    threads = [threading.Thread(target=swap, args=(root, outside, stop))]
    threads += [threading.Thread(target=copy, args=(socket_path, container, stop, tried, failures)) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + float(seconds)
    while time.monotonic() < deadline and not failures and all(thread.is_alive() for thread in threads):
        time.sleep(0.1)
    dead = [thread for thread in threads if not thread.is_alive()]
    stop.set()
    for thread in threads:
        thread.join()
    print(tried)
    written = sorted(os.listdir(outside))
    if written != ["file"]:
        failures.append(f"{outside} has {written}")
    if dead or not tried.get(200) or not failures and sum(tried.values()) < 50:
        failures.append(f"too little was tried: {tried}")
    if failures:
        sys.exit("\n".join(failures[:10]))


main()
