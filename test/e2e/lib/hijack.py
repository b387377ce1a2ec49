#!/usr/bin/env python3
"""Takes a connection over, as attach and exec clients do.

    hijack.py SOCKET HEADERS_FILE METHOD PATH [BODY]

Sends the request with Upgrade headers (none when NO_UPGRADE is set), then standard input, then closes its half; prints
what follows the reply's head until the server closes. HOLD=1 keeps the sending half open. Ends with 1 when the reply is
neither 101 nor 200, with what it said printed, and by a signal after two minutes.
"""
import os
import signal
import socket
import sys
import threading

PATIENCE_S = 120


def read_head(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(4096)
        if not piece:
            break
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def send_input(connection):
    while True:
        piece = os.read(0, 1 << 16)
        if not piece:
            break
        connection.sendall(piece)
    if not os.environ.get("HOLD"):
        connection.shutdown(socket.SHUT_WR)


def main():
    signal.alarm(PATIENCE_S)
    path, headers_file, method, target = sys.argv[1:5]
    body = sys.argv[5].encode() if len(sys.argv) > 5 else b""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    lines = [f"{method} {target} HTTP/1.1", "Host: e2e", f"Content-Length: {len(body)}"]
    if body:
        lines.append("Content-Type: application/json")
    if not os.environ.get("NO_UPGRADE"):
        lines += ["Connection: Upgrade", "Upgrade: tcp"]
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    head, rest = read_head(connection)
    with open(headers_file, "wb") as file:
        file.write(head + b"\r\n")
    status = head.split(b" ")[1:2]
    if status not in ([b"101"], [b"200"]):
        connection.shutdown(socket.SHUT_WR)
    else:
        threading.Thread(target=send_input, args=(connection,), daemon=True).start()
    while True:
        sys.stdout.buffer.write(rest)
        sys.stdout.buffer.flush()
        try:
            rest = connection.recv(1 << 16)
        except ConnectionResetError:
            sys.exit("hijack: the server reset the connection")
        if not rest:
            break
    sys.exit(0 if status in ([b"101"], [b"200"]) else 1)


if __name__ == "__main__":
    main()
