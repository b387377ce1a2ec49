#!/usr/bin/env python3
"""Payloads of a multiplexed stream from standard input: 8 bytes of head (stream, three zeros, length), then the bytes.

    unframe.py [out|err]

Fails when the stream is no such thing or ends within a frame.
"""
import struct
import sys

STREAMS = {"in": 0, "out": 1, "err": 2}


def main():
    wanted = STREAMS[sys.argv[1]] if len(sys.argv) > 1 else None
    data = sys.stdin.buffer.read()
    at = 0
    while at < len(data):
        if len(data) < at + 8:
            sys.exit(f"unframe: {len(data) - at} bytes where a head was expected")
        stream, zeros, length = struct.unpack(">B3sI", data[at : at + 8])
        if stream not in STREAMS.values() or zeros != b"\0\0\0":
            sys.exit(f"unframe: no frame at byte {at}: {data[at:at + 8]!r}")
        payload = data[at + 8 : at + 8 + length]
        if len(payload) != length:
            sys.exit(f"unframe: the frame at byte {at} has {len(payload)} of {length} bytes")
        if wanted in (None, stream):
            sys.stdout.buffer.write(payload)
        at += 8 + length


if __name__ == "__main__":
    main()
