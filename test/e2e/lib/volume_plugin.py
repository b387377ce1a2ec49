#!/usr/bin/env python3
"""A volume plugin: Docker's protocol on a unix socket, volumes that are directories.

    volume_plugin.py SOCKET DIR

DIR/volumes/NAME holds what is in a volume, DIR/calls a line of JSON for each question ({"method", "Name", "ID"}), and
DIR/mounts/NAME/ID is there while a user has it mounted. DIR/refuse/METHOD makes it refuse with the words in that file,
DIR/hang/METHOD makes it read the question and never answer.
"""
import http.server
import json
import os
import shutil
import socketserver
import sys
import threading

SOCKET, DIR = sys.argv[1:]
LOCK = threading.Lock()


def path(*names):
    return os.path.join(DIR, *names)


def mounted(name):
    return os.listdir(path("mounts", name)) if os.path.isdir(path("mounts", name)) else []


def describe(name):
    return {"Name": name, "Mountpoint": path("volumes", name) if mounted(name) else "", "Status": {"users": len(mounted(name))}}


def exists(name):
    if not os.path.isdir(path("volumes", name)):
        raise ValueError("the shelf has no %s" % name)


def create(body):
    if not isinstance(body["Opts"], dict):
        raise ValueError("Opts: %r" % body["Opts"])
    if "bad" in body["Opts"]:
        raise ValueError("the shelf does not take bad=%s" % body["Opts"]["bad"])
    os.mkdir(path("volumes", body["Name"]))


def remove(body):
    exists(body["Name"])
    if mounted(body["Name"]):
        raise ValueError("the shelf has %s mounted" % body["Name"])
    shutil.rmtree(path("volumes", body["Name"]))


def mount(body):
    exists(body["Name"])
    os.makedirs(path("mounts", body["Name"], body["ID"]))
    return {"Mountpoint": path("volumes", body["Name"])}


def unmount(body):
    os.rmdir(path("mounts", body["Name"], body["ID"]))


def get(body):
    exists(body["Name"])
    return {"Volume": describe(body["Name"])}


def where(body):
    exists(body["Name"])
    return {"Mountpoint": path("volumes", body["Name"])}


METHODS = {
    "Plugin.Activate": lambda body: {"Implements": ["VolumeDriver"]},
    "VolumeDriver.Capabilities": lambda body: {"Capabilities": {"Scope": "global"}},
    "VolumeDriver.Create": create,
    "VolumeDriver.Remove": remove,
    "VolumeDriver.Mount": mount,
    "VolumeDriver.Unmount": unmount,
    "VolumeDriver.Path": where,
    "VolumeDriver.Get": get,
    "VolumeDriver.List": lambda body: {"Volumes": [describe(name) for name in sorted(os.listdir(path("volumes")))]},
}


def answer(method, body):
    if os.path.exists(path("refuse", method)):
        with open(path("refuse", method), encoding="utf-8") as words:
            return {"Err": words.read().strip()}
    try:
        return METHODS[method](body) or {}
    except (OSError, ValueError, KeyError) as error:
        return {"Err": str(error)}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "unix"

    def log_message(self, *_):
        pass

    def do_POST(self):
        method = self.path.lstrip("/")
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
        with LOCK, open(path("calls"), "a", encoding="utf-8") as calls:
            print(json.dumps({"method": method, "Name": body.get("Name"), "ID": body.get("ID")}), file=calls)
        if os.path.exists(path("hang", method)):
            self.rfile.read(1)  # until the other side gives up
            self.close_connection = True
            return
        with LOCK:
            text = json.dumps(answer(method, body)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.docker.plugins.v1.1+json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


for folder in ("volumes", "mounts", "refuse", "hang"):
    os.makedirs(path(folder), exist_ok=True)
os.makedirs(os.path.dirname(SOCKET), exist_ok=True)
Server(SOCKET, Handler).serve_forever()
