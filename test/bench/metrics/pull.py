"""Pulls from a registry on loopback."""
import time


def pull(bench, image):
    reference = f'127.0.0.1:5000/{image}:latest'
    name = f'pull_{image}'
    for engine in bench.order():
        connection = engine.connect(600)
        before = engine.machine.cpu()
        at = time.monotonic()
        engine.pull(connection, reference)
        bench.add(name, engine.name, (time.monotonic() - at) * 1e3)
        bench.add(f'{name}_cpu', engine.name, (engine.machine.cpu() - before) * 1e3)
        engine.remove_image(connection, reference)
        connection.close()
    bench.add(name, 'floor', bench.by_hand('pull', bench.urls(image)) * 1e3)
