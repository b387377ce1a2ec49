"""Bytes that pass through: exec, logs and attach."""
import threading
import time

from client import collect, drain, without_frames

LINE = 100
LINES = 160_000
LOG_BYTES = LINE * LINES
ATTACH_BYTES = 64 << 20
SPEAK = ['sh', '-c', f'yes {"x" * (LINE - 1)} | head -n {LINES}']


def run_exec(bench, count=5):
    for engine in bench.order():
        connection = engine.connect()
        container = engine.create(connection, ['sleep', '1000'])
        engine.start_container(connection, container)
        for _ in range(count):
            at = time.monotonic()
            session = connection.call('POST', f'/containers/{container}/exec',
                                      {'AttachStdout': True, 'AttachStderr': True, 'Cmd': ['true']})['Id']
            sock, _ = connection.hijack('POST', f'/exec/{session}/start', {'Detach': False, 'Tty': False})
            drain(sock)
            sock.close()
            bench.add('exec', engine.name, (time.monotonic() - at) * 1e3)
        engine.remove(connection, container, force=True)
        connection.close()
    for _ in range(count):
        bench.add('exec', 'floor', bench.by_hand('exec') * 1e3)


def read_logs(bench):
    """The whole of a log, once the container has ended."""
    for engine in bench.order():
        connection = engine.connect()
        container = engine.create(connection, SPEAK)
        at = time.monotonic()
        engine.start_container(connection, container)
        engine.wait(connection, container)
        writing = LOG_BYTES / (time.monotonic() - at) / 1e6
        bench.add('log_write', engine.name, writing)
        path = f'/containers/{container}/logs?stdout=true&stderr=true'
        at = time.monotonic()
        reply, end = collect(engine.socket, path)
        seconds = end - at
        if without_frames(reply) != LOG_BYTES:
            raise RuntimeError(f'{engine.name}: {without_frames(reply)} of {LOG_BYTES} bytes of the log came')
        bench.add('log_read', engine.name, LOG_BYTES / seconds / 1e6)
        engine.remove(connection, container)
        connection.close()
    bench.add('log_write', 'floor', LOG_BYTES / bench.by_hand('write_log', SPEAK) / 1e6)
    bench.add('log_read', 'floor', LOG_BYTES / bench.by_hand('read_log') / 1e6)


def follow_logs(bench):
    """From the start on, while the container speaks as fast as it can."""
    for engine in bench.order():
        connection = engine.connect()
        container = engine.create(connection, SPEAK)
        result = {}

        def follow():
            result['reply'], result['end'] = collect(
                engine.socket, f'/containers/{container}/logs?stdout=true&stderr=true&follow=true')
        at = time.monotonic()
        engine.start_container(connection, container)
        follower = threading.Thread(target=follow)
        follower.start()
        engine.wait(connection, container)
        follower.join(60)
        came = without_frames(result['reply'])
        bench.add('log_follow', engine.name, came / (result['end'] - at) / 1e6)
        bench.add('log_follow_share', engine.name, came / LOG_BYTES * 100)
        engine.remove(connection, container)
        connection.close()


def attach(bench):
    """Bytes through cat and back."""
    for engine in bench.order():
        connection = engine.connect()
        container = engine.create(connection, ['cat'], OpenStdin=True, StdinOnce=True, AttachStdin=True,
                                  AttachStdout=True, AttachStderr=True)
        sock, early = connection.hijack('POST', f'/containers/{container}/attach?stream=1&stdin=1&stdout=1&stderr=1')
        engine.start_container(connection, container)
        at = time.monotonic()

        def feed():
            chunk = b'x' * 65536
            for _ in range(ATTACH_BYTES // len(chunk)):
                sock.sendall(chunk)
            sock.shutdown(1)
        feeder = threading.Thread(target=feed)
        feeder.start()
        got = len(early) + drain(sock)
        seconds = time.monotonic() - at
        feeder.join()
        sock.close()
        if got < ATTACH_BYTES:
            bench.note('attach_lost', engine.name, ATTACH_BYTES - got)
        bench.add('attach', engine.name, got / seconds / 1e6)
        engine.wait(connection, container)
        engine.remove(connection, container)
        connection.close()
    bench.add('attach', 'floor', ATTACH_BYTES / bench.by_hand('attach', ATTACH_BYTES) / 1e6)
