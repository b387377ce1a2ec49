"""Requests that change nothing: throughput, latency and processor time of each."""
import json
import statistics
import subprocess
import time


def throughput(bench, engines, name, path, connections):
    for engine in engines:
        before = engine.machine.cpu()
        text = subprocess.run([bench.load, engine.socket, path, str(connections), str(bench.seconds)], check=True,
                              capture_output=True, text=True).stdout
        cpu = engine.machine.cpu() - before
        result = json.loads(text)
        bench.add(f'{name}_rate', engine.name, result['requests'] / result['seconds'])
        bench.add(f'{name}_p50', engine.name, result['p50_us'] / 1e3)
        bench.add(f'{name}_p99', engine.name, result['p99_us'] / 1e3)
        bench.add(f'{name}_cpu', engine.name, cpu / result['requests'] * 1e6)


def ping(bench):
    for connections in (1, 32):
        throughput(bench, [*bench.order(), bench.floor], f'ping_{connections}', '/_ping', connections)


def lists(bench, present, connections):
    throughput(bench, bench.order(), f'list_{present}_{connections}', '/containers/json?all=true', connections)


def latency(bench, name, path, count):
    for engine in bench.order():
        connection = engine.connect()
        connection.call('GET', path)
        samples = []
        for _ in range(count):
            at = time.monotonic()
            connection.call('GET', path)
            samples.append((time.monotonic() - at) * 1e3)
        bench.add(name, engine.name, statistics.median(samples))
        connection.close()


def facts(bench):
    latency(bench, 'version', '/version', 3)
    latency(bench, 'info', '/info', 3)
