"""The life of a container: one after another, eight at a time, many present, and one that will not end."""
import threading
import time

from client import until

STEPS = ('create', 'start', 'wait', 'rm')


def cycle(engine, connection, network):
    """Seconds of each step."""
    marks = [time.monotonic()]
    container = engine.create(connection, ['true'], network)
    marks.append(time.monotonic())
    engine.start_container(connection, container)
    marks.append(time.monotonic())
    code = engine.wait(connection, container)
    marks.append(time.monotonic())
    engine.remove(connection, container)
    marks.append(time.monotonic())
    if code != 0:
        raise RuntimeError(f'{engine.name}: true ended with {code}')
    return [after - before for before, after in zip(marks, marks[1:])]


def settle(engine, processes):
    """What goes on behind the reply belongs to the bill."""
    until(lambda: len(engine.machine.pids()) <= processes, 30, f'the end of the helpers of {engine.name}')


def life(bench, network, count=5):
    name = f'cycle_{network}'
    for engine in bench.order():
        connection = engine.connect()
        processes = len(engine.machine.pids())
        before = engine.machine.cpu()
        for _ in range(count):
            steps = cycle(engine, connection, network)
            bench.add(name, engine.name, sum(steps) * 1e3)
            for step, seconds in zip(STEPS, steps):
                bench.add(f'{step}_{network}', engine.name, seconds * 1e3)
        settle(engine, processes)
        bench.add(f'{name}_cpu', engine.name, (engine.machine.cpu() - before) / count * 1e3)
        connection.close()
    before = bench.floor.machine.cpu()
    for _ in range(count):
        bench.add(name, 'floor', bench.by_hand('cycle', network) * 1e3)
    bench.add(f'{name}_cpu', 'floor', (bench.floor.machine.cpu() - before) / count * 1e3)


def work_through(engine, numbers, failures):
    connection = engine.connect()
    try:
        for _ in numbers:
            cycle(engine, connection, 'bridge')
    except (OSError, RuntimeError) as error:
        failures.append(error)


def eight(bench, count=16):
    for engine in bench.order():
        numbers, failures = iter(range(count)), []
        threads = [threading.Thread(target=work_through, args=(engine, numbers, failures)) for _ in range(8)]
        processes = len(engine.machine.pids())
        begun = time.monotonic()
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        bench.add('parallel_8', engine.name, count / (time.monotonic() - begun) * 60)
        if failures:
            raise failures[0]
        settle(engine, processes)
    bench.add('parallel_8', 'floor', count / bench.by_hand('eight', count) * 60)


def create_only(bench, name, count=5):
    for engine in bench.order():
        connection = engine.connect()
        made = []
        for _ in range(count):
            at = time.monotonic()
            made.append(engine.create(connection, ['true']))
            bench.add(name, engine.name, (time.monotonic() - at) * 1e3)
        for each in made:
            engine.remove(connection, each)
        connection.close()


def fill(bench, kept, count):
    """Containers that stay, up to @count of each engine; the engines work side by side."""
    failures = []

    def add(engine):
        try:
            connection = engine.connect()
            while len(kept[engine.name]) < count:
                kept[engine.name].append(engine.create(connection, ['true']))
        except (OSError, RuntimeError) as error:
            failures.append(error)
    threads = [threading.Thread(target=add, args=(engine,)) for engine in bench.engines]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if failures:
        raise failures[0]


def empty(bench, kept):
    for engine in bench.engines:
        connection = engine.connect()
        for each in kept.pop(engine.name):
            engine.remove(connection, each)
        connection.close()


def stubborn(bench, count=2):
    for engine in bench.order():
        connection = engine.connect()
        for _ in range(1 if engine.name == 'podman' else count):  # it waits ten seconds
            container = engine.create(connection, ['sleep', '1000'])  # as process 1 it takes no TERM
            engine.start_container(connection, container)
            at = time.monotonic()
            engine.remove(connection, container, force=True)
            bench.add('rm_force', engine.name, (time.monotonic() - at) * 1e3)
        connection.close()
