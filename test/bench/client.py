"""HTTP over a unix socket, and the few calls that the measurements share."""
import http.client
import json
import socket
import time


class Connection(http.client.HTTPConnection):
    """Kept alive; one request at a time."""

    def __init__(self, path, timeout=120):
        super().__init__('bench', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def open(self, method, path, body=None, headers=None):
        """The reply, its body unread. A refusal raises."""
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers.setdefault('Content-Type', 'application/json')
        self.request(method, path, body, headers)
        reply = self.getresponse()
        if reply.status >= 400:
            raise RuntimeError(f'{method} {path}: {reply.status} {reply.read(2000).decode(errors="replace")}')
        return reply

    def call(self, method, path, body=None, headers=None):
        """The decoded reply; text when it is no JSON document."""
        text = self.open(method, path, body, headers).read()
        try:
            return json.loads(text) if text else None
        except ValueError:
            return text.decode(errors='replace')

    def hijack(self, method, path, body=None):
        """The raw socket after an upgrade, and the bytes that came with the head."""
        text = json.dumps(body) if body is not None else ''
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(self.timeout)
        sock.connect(self.path)
        sock.sendall((f'{method} {path} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n'
                      f'Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}').encode())
        head = b''
        while b'\r\n\r\n' not in head:
            more = sock.recv(65536)
            if not more:
                raise RuntimeError(f'{method} {path}: no whole head: {head!r}')
            head += more
        head, early = head.split(b'\r\n\r\n', 1)
        if head.split()[1] not in (b'101', b'200'):
            raise RuntimeError(f'{method} {path}: {head.decode()} {early.decode(errors="replace")}')
        return sock, early


def collect(path, target):
    """GET with as little work as possible: all the bytes of the reply, and when the last one came."""
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(path)
    sock.sendall(f'GET {target} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n'.encode())
    chunks = []
    while chunk := sock.recv(1 << 18):
        chunks.append(chunk)
    at = time.monotonic()
    sock.close()
    return b''.join(chunks), at


def without_frames(reply):
    """How many bytes of a collected, multiplexed stream are the container's own."""
    head, body = reply.split(b'\r\n\r\n', 1)
    if b'chunked' in head.lower():
        parts, at = [], 0
        while (size := int(body[at:(end := body.index(b'\r\n', at))], 16)):
            parts.append(body[end + 2:end + 2 + size])
            at = end + 2 + size + 2
        body = b''.join(parts)
    total = at = 0
    while at + 8 <= len(body):
        size = int.from_bytes(body[at + 4:at + 8], 'big')
        total += min(size, len(body) - at - 8)
        at += 8 + size
    return total


def drain(sock):
    """Bytes until the other side ends."""
    total = 0
    while True:
        chunk = sock.recv(1 << 18)
        if not chunk:
            return total
        total += len(chunk)


def until(condition, timeout=60.0, what='a condition'):
    """Looks again and again, where nothing can be waited for."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f'{what} did not come true in {timeout:g} s')
        time.sleep(0.002)
