"""Cold start on a socket that was handed over, and memory when idle."""
import subprocess
import time

from client import Connection


def cold(bench, name):
    """All engines are down. From the moment the program is executed to the first answer."""
    for engine in [*bench.order(), bench.floor]:
        begin = engine.start_activated()
        connection = Connection(engine.socket)
        connection.connect()
        at = time.monotonic()
        begin()
        connection.call('GET', '/_ping')
        bench.add(name, engine.name, (time.monotonic() - at) * 1e3)
        connection.close()
        engine.stop()


def memory(bench, name):
    for engine in bench.engines:
        pss, rss = engine.machine.memory()
        bench.add(name, engine.name, pss / 1e6)
        bench.note(f'{name}_rss', engine.name, rss / 1e6)


def many_requests(bench):
    for engine in bench.engines:
        subprocess.run([bench.load, engine.socket, '/_ping', '32', '600', '10000'], check=True, capture_output=True)
