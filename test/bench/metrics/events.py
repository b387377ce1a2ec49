"""How late events are."""
import json
import queue
import threading
import time


class Watcher:
    """A client of the event stream that writes down when each came."""

    def __init__(self, engine):
        self.connection = engine.connect()
        self.events = queue.Queue()
        self.reply = self.connection.open('GET', '/events')
        self.thread = threading.Thread(target=self.follow, daemon=True)
        self.thread.start()

    def follow(self):
        try:
            while line := self.reply.readline():
                self.events.put((time.monotonic(), json.loads(line)))
        except (OSError, ValueError, AttributeError):
            pass  # closed

    def when(self, action, container):
        while True:
            at, event = self.events.get(timeout=30)
            if event.get('Action', event.get('status')) in action and event['Actor']['ID'] == container:
                return at

    def close(self):
        sock = self.connection.sock or self.reply.fp.raw._sock
        sock.shutdown(2)
        self.thread.join(5)
        self.connection.close()


def lateness(bench, count=3):
    for engine in bench.order():
        connection = engine.connect()
        watcher = Watcher(engine)
        for _ in range(count):
            container = engine.create(connection, ['sleep', '1000'])
            engine.start_container(connection, container)
            replied = time.monotonic()
            bench.add('event_start', engine.name, max(0.0, watcher.when(('start',), container) - replied) * 1e3)
            killed = time.monotonic()
            connection.call('POST', f'/containers/{container}/kill?signal=KILL')
            bench.add('event_die', engine.name, (watcher.when(('die', 'died'), container) - killed) * 1e3)
            engine.wait(connection, container)
            engine.remove(connection, container)
        watcher.close()
        connection.close()
