#!/usr/bin/env python3
"""Stands between clients and a server on unix sockets and writes down what they say.

    recorder.py --listen SOCKET --to SOCKET --log FILE

Bytes pass unchanged as they come, in both directions and after any upgrade; what cannot be parsed passes too and is
merely not recorded. Each finished exchange is one JSON line for test/openapi/validate.mjs:

    method target request_type request_body status reply_type reply_body complete hijacked

Bodies are text, or null when they are binary, longer than a few megabytes, or absent. `complete` is false when the
connection ended first.
"""
import argparse
import collections
import json
import os
import signal
import socket
import threading

MAX_BODY = 4 << 20
MAX_HEAD = 1 << 20
RAW_STREAMS = ("application/vnd.docker.raw-stream", "application/vnd.docker.multiplexed-stream")


class NotHttp(Exception):
    """What came is no HTTP, or not any more."""


class Body:
    """Keeps what is said, up to a limit."""

    def __init__(self):
        self.data = bytearray()
        self.length = 0

    def add(self, data):
        self.length += len(data)
        if len(self.data) <= MAX_BODY:
            self.data += data

    def text(self):
        if not self.length or self.length > MAX_BODY:
            return None if self.length else ""
        try:
            text = self.data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text


class Message:
    """A head and its body."""

    def __init__(self, first_line, headers):
        self.first_line = first_line
        self.headers = headers
        self.body = Body()

    def header(self, name):
        return self.headers.get(name)


def parse_head(head):
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Message(lines[0], headers)


class Parser:
    """HTTP/1.x messages out of pieces of any size. Subclasses say how a body is framed and what to do at its end."""

    def __init__(self):
        self.buffer = bytearray()
        self.message = None
        self.left = 0  # bytes of the body or of its chunk; None: until the end of the connection
        self.chunked = False
        self.raw = False

    def feed(self, data):
        if self.raw:
            return
        try:
            self.take(data)
        except (NotHttp, ValueError, IndexError):
            self.raw = True

    def take(self, data):
        if self.message is not None and self.left is None:
            self.message.body.add(data)
            return
        self.buffer += data
        while self.step():
            pass

    def step(self):
        """One head, chunk or piece of body; false when more bytes are needed."""
        if self.message is None:
            return self.take_head()
        if self.left is None:
            self.message.body.add(bytes(self.buffer))
            self.buffer.clear()
            return False
        if self.left:
            piece = bytes(self.buffer[: self.left])
            del self.buffer[: len(piece)]
            self.message.body.add(piece)
            self.left -= len(piece)
            if self.left:
                return False
            if not self.chunked:
                self.end()
            return True
        if self.chunked:
            return self.take_chunk_line()
        self.end()
        return True

    def take_head(self):
        while self.buffer[:2] == b"\r\n":
            del self.buffer[:2]
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > MAX_HEAD or self.buffer[:1] == b"{":
                raise NotHttp
            return False
        message = parse_head(bytes(self.buffer[:end]))
        del self.buffer[: end + 4]
        self.begin(message)
        return not self.raw

    def take_chunk_line(self):
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self.buffer[:end])
        if not line:  # behind a chunk's data
            del self.buffer[:2]
            return True
        size = int(line.split(b";")[0], 16)
        if size:
            del self.buffer[: end + 2]
            self.left = size
            return True
        trailer = self.buffer.find(b"\r\n\r\n", end)
        if trailer < 0:
            return False
        del self.buffer[: trailer + 4]
        self.end()
        return True

    def frame(self, message, otherwise):
        """Sets how long the body is; @otherwise without a length."""
        self.message = message
        self.chunked = "chunked" in message.headers.get("transfer-encoding", "").lower()
        self.left = 0
        if not self.chunked:
            length = message.header("content-length")
            self.left = int(length) if length is not None else otherwise

    def end(self):
        message, self.message = self.message, None
        self.chunked, self.left = False, 0
        self.finished(message)


class RequestParser(Parser):
    def __init__(self, exchange_list):
        super().__init__()
        self.exchanges = exchange_list

    def begin(self, message):
        parts = message.first_line.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise NotHttp
        self.exchanges.append(message)
        self.frame(message, 0)

    def finished(self, message):
        pass  # the reply's end ends the exchange


class ReplyParser(Parser):
    def __init__(self, exchange_list, requests, record):
        super().__init__()
        self.exchanges = exchange_list
        self.requests = requests
        self.record = record
        self.status = 0

    def begin(self, message):
        self.status = int(message.first_line.split(" ")[1])
        if not self.exchanges:
            raise NotHttp
        if 100 <= self.status < 200 and self.status != 101:
            return
        request = self.exchanges[0]
        stream = message.headers.get("content-type", "").split(";")[0] in RAW_STREAMS
        framed = "content-length" in message.headers or "transfer-encoding" in message.headers
        if self.status == 101 or (stream and not framed):
            self.requests.raw = self.raw = True  # the connection left HTTP
            self.exchanges.popleft()
            self.record(request, self.status, message, True, True)
            return
        if request.first_line.startswith("HEAD ") or self.status in (204, 304):
            self.message = message
            self.chunked, self.left = False, 0
            return
        self.frame(message, None)

    def finished(self, message):
        self.record(self.exchanges.popleft(), self.status, message, True, False)

    def closed(self):
        """The connection ended: fine for a body without a length, else what was said stays half."""
        if self.message is not None and self.exchanges:
            self.record(self.exchanges.popleft(), self.status, self.message, self.left is None, False)
            self.message = None


class Log:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8")
        self.lock = threading.Lock()

    def record(self, request, status, reply, complete, hijacked):
        method, target, _ = request.first_line.split(" ")
        line = json.dumps(
            {
                "method": method,
                "target": target,
                "request_type": request.header("content-type"),
                "request_body": request.body.text(),
                "status": status,
                "reply_type": reply.header("content-type"),
                "reply_body": None if hijacked else reply.body.text(),
                "complete": complete,
                "hijacked": hijacked,
            }
        )
        with self.lock:
            self.file.write(line + "\n")
            self.file.flush()


def pump(source, target, parser, at_end):
    try:
        while True:
            data = source.recv(1 << 16)
            if not data:
                break
            parser.feed(data)  # first: the answer may be parsed before this thread runs again
            target.sendall(data)
    except OSError:
        pass
    at_end()
    for end, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
        try:
            end.shutdown(how)
        except OSError:
            pass


def serve(client, to, log):
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(to)
    except OSError:
        client.close()
        return
    exchanges = collections.deque()
    requests = RequestParser(exchanges)
    replies = ReplyParser(exchanges, requests, log.record)
    up = threading.Thread(target=pump, args=(client, server, requests, lambda: None), daemon=True)
    up.start()
    pump(server, client, replies, replies.closed)
    up.join()
    client.close()
    server.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--listen", required=True)
    arguments.add_argument("--to", required=True)
    arguments.add_argument("--log", required=True)
    options = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    log = Log(options.log)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(options.listen)
    listener.listen(128)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, options.to, log), daemon=True).start()


if __name__ == "__main__":
    main()
