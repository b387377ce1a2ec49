#!/usr/bin/env python3
"""
make bench: coracled beside podman's service, dockerd and the bare floor, in one run.

How to read the table. Each row is one figure, the median of several rounds. In each round the engines take turns, and
another one begins, so that what else the machine does meets all of them. "floor" is the same work by hand: conmon, crun
and netavark with the documents that coracled wrote for them, a bare server for requests, curl, gzip and tar for pulls.
"/podman" is coracle's figure divided by podman's; "spread" is (largest - smallest) / median of coracle's samples.
"budget" is what the row must keep, and whether it did. Rows of processor time are steadier than others on a machine
that does more than this; they count all processes of an engine, conmon, the runtime and the container as well. The same
with all samples goes to BUILD/bench.json.

The peers come from the Debian 13 tree that CORACLE_PEERS names (contrib/peers.sh makes one). coracled and the floor run
in it too, so that all use the same conmon, runtime and netavark; BENCH_HELPERS=host has them use those of this machine
(Debian 12's crun compiles the seccomp filter again for each container). BENCH_ROUNDS sets the rounds (3), BENCH_SECONDS
how long each load lasts (0.5), BENCH_ONLY=family,… picks families:
start ping facts lists life parallel exec streams events remove pull

Everything happens in namespaces and cgroups of its own, on a tmpfs, and nothing is left behind.
"""
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import images                                                   # noqa: E402
from engines import Coracle, Docker, Engine, Podman             # noqa: E402
from machine import delegate, join_group, make_group, mount_hugetlb, prefer, remove_group  # noqa: E402
from metrics import containers, events, pull, requests, start, streams  # noqa: E402
from report import Samples, document, table                     # noqa: E402

REGISTRY_CONF = '''version: 0.1
storage:
  filesystem:
    rootdirectory: {root}
http:
  addr: 127.0.0.1:5000
log:
  level: error
'''


class Floor(Engine):
    """A bare server; its machine is also where the work by hand is done."""
    name = 'floor'
    program = ''

    def argv(self, listening):
        return [self.program, '--serve']


class Bench:
    def __init__(self, build, peers, work, group):
        self.build, self.peers, self.work, self.group = build, peers, work, group
        self.load = f'{build}/test/bench/load'
        self.samples = Samples()
        self.rounds = int(os.environ.get('BENCH_ROUNDS', '3'))
        self.seconds = float(os.environ.get('BENCH_SECONDS', '0.5'))
        self.turn = 0
        self.engines = []
        self.floor = self.hands = None
        self.layers = {}

    # ---- what the measurements use ----

    def add(self, metric, who, value):
        self.samples.add(metric, who, value)

    def note(self, what, who, value):
        self.samples.notes.setdefault(what, {})[who] = value

    def order(self):
        at = self.turn % len(self.engines)
        return self.engines[at:] + self.engines[:at]

    def by_hand(self, *command):
        self.hands.stdin.write(json.dumps(command) + '\n')
        self.hands.stdin.flush()
        answer = json.loads(self.hands.stdout.readline())
        if 'error' in answer:
            raise RuntimeError(f'floor: {command}: {answer["error"]}')
        return answer['seconds']

    def urls(self, image):
        return [f'http://127.0.0.1:5000/v2/{image}/blobs/{layer}' for layer in self.layers[image]]

    # ---- setting up ----

    def set_up_engines(self):
        for program in (f'{self.build}/coracled', self.load, f'{HERE}/floor.py'):
            shutil.copy(program, self.work)
        Coracle.program = f'{self.work}/coracled'
        Floor.program = f'{self.work}/load'
        ours = '' if os.environ.get('BENCH_HELPERS') == 'host' else self.peers
        self.engines = [Coracle(self.group, self.work, ours), Podman(self.group, self.work, self.peers),
                        Docker(self.group, self.work, self.peers)]
        self.floor = Floor(self.group, self.work, ours)
        for engine in self.engines:
            engine.start()
        self.floor.start_activated()()

    def import_image(self):
        archive = f'{self.work}/rootfs.tar'
        with open(archive, 'wb') as file:
            subprocess.run([f'{HERE}/../../contrib/default-image.sh'], stdout=file, check=True)
        for engine in self.engines:
            engine.import_image(archive)

    def set_up_floor(self):
        """Work by hand, with the documents of a container of coracled."""
        work = self.floor.work
        os.makedirs(f'{work}/rootfs')
        subprocess.run(['tar', '-x', '-C', f'{work}/rootfs', '-f', f'{self.work}/rootfs.tar'], check=True)
        self.engines[0].copy_documents(work)
        self.hands = self.floor.machine.spawn(['python3', f'{self.work}/floor.py', work], stdin=subprocess.PIPE,
                                              stdout=subprocess.PIPE, stderr=self.floor.log, text=True)

    def set_up_registry(self):
        """The same storage, served in each machine."""
        root = f'{self.work}/registry'
        self.layers, size = images.write_registry(root, self.peers)
        self.note('pull_large_bytes', 'all', size)
        with open(f'{self.work}/registry.yml', 'w') as file:
            file.write(REGISTRY_CONF.format(root=root))
        for engine in [*self.engines, self.floor]:
            engine.machine.spawn(['docker-registry', 'serve', f'{self.work}/registry.yml'], measured=False,
                                 stdin=subprocess.DEVNULL, stdout=engine.log, stderr=engine.log)
        self.by_hand('await_registry')

    # ---- families ----

    def repeat(self, measure, *arguments, rounds=None):
        for _ in range(rounds or self.rounds):
            measure(self, *arguments)
            self.turn += 1

    def repeat_cold(self, name):
        for engine in [*self.engines, self.floor]:
            engine.stop()
        self.repeat(start.cold, name)
        for engine in self.engines:
            engine.start()
        self.floor.start_activated()()

    def family_start(self):
        self.repeat_cold('cold_start')
        self.repeat(start.memory, 'memory', rounds=1)
        start.many_requests(self)
        self.repeat(start.memory, 'memory_after', rounds=1)

    def family_ping(self):
        self.repeat(requests.ping)

    def family_facts(self):
        self.repeat(requests.facts)

    def family_lists(self):
        kept = {engine.name: [] for engine in self.engines}
        for present in (0, 10, 100, 500):
            containers.fill(self, kept, present)
            self.repeat(requests.lists, present, 1)
            self.repeat(requests.lists, present, 32, rounds=1 if present == 500 else None)  # a peer takes half a minute
            if present == 0:
                self.repeat(containers.create_only, 'create_1')
        self.repeat(containers.create_only, 'create_500')
        self.repeat_cold('cold_start_500')
        containers.empty(self, kept)

    def family_life(self):
        self.repeat(containers.life, 'none')
        self.repeat(containers.life, 'bridge')

    def family_parallel(self):
        self.repeat(containers.eight)

    def family_exec(self):
        self.repeat(streams.run_exec)

    def family_streams(self):
        self.repeat(streams.read_logs)
        self.repeat(streams.follow_logs)
        self.repeat(streams.attach)

    def family_events(self):
        self.repeat(events.lateness)

    def family_remove(self):
        self.repeat(containers.stubborn, rounds=2)

    def family_pull(self):
        self.set_up_registry()
        self.repeat(pull.pull, 'large', rounds=min(self.rounds, 2))
        self.repeat(pull.pull, 'small', rounds=min(self.rounds, 2))

    FAMILIES = ('start', 'ping', 'facts', 'lists', 'life', 'parallel', 'exec', 'streams', 'events', 'remove', 'pull')

    def run(self):
        chosen = os.environ.get('BENCH_ONLY', '').replace(',', ' ').split() or self.FAMILIES
        for name in chosen:
            if name not in self.FAMILIES:
                sys.exit(f'bench: BENCH_ONLY: "{name}" is no family: expected {" ".join(self.FAMILIES)}')
        self.set_up_engines()
        self.import_image()
        self.set_up_floor()
        failed = 0
        for name in chosen:
            begun = time.monotonic()
            try:
                getattr(self, f'family_{name}')()
            except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
                failed += 1
                print(f'bench: {name}: {error}', file=sys.stderr)
            print(f'bench: {name} took {time.monotonic() - begun:.0f} s', file=sys.stderr)
        return failed

    def end(self):
        """The pid namespace ends what this leaves."""
        for engine in self.engines:
            if engine.process and engine.process.poll() is None:
                engine.process.send_signal(signal.SIGTERM)
        for engine in self.engines:
            if engine.process:
                engine.process.wait(30)


def facts(begun):
    return {'kernel': platform.release(), 'processors': os.cpu_count(), 'load': os.getloadavg(),
            'seconds': round(time.monotonic() - begun)}


def inside(build, peers, work, group):
    """The run itself, as process 1 of its own namespace."""
    begun = time.monotonic()
    subprocess.run(['mount', '-t', 'tmpfs', 'tmpfs', work], check=True)
    make_group(f'{group}/driver')
    join_group(f'{group}/driver', os.getpid())
    bench = Bench(build, peers, work, group)
    try:
        failed = bench.run()
    finally:
        bench.end()
        if os.environ.get('BENCH_LOGS'):
            subprocess.run(f'mkdir -p {build}/bench-logs; for f in {work}/*/engine.log; do '
                           f'cp "$f" {build}/bench-logs/$(basename $(dirname "$f")).log; done', shell=True, check=False)
    print(table(bench.samples))
    with open(f'{build}/bench.json', 'w') as file:
        file.write(document(bench.samples, facts(begun)))
    return 1 if failed else 0


def outside(build, peers):
    """In a mount namespace of its own: cgroups, then the run in namespaces, then nothing of it is left."""
    group = f'coracle-bench-{os.getpid()}'
    work = tempfile.mkdtemp(prefix='coracle-bench.')
    mount_hugetlb()
    make_group(group)
    prefer(group)
    delegate(group)
    child = subprocess.Popen(['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc',
                              sys.executable, '-B', __file__, '--inside', build, peers, work, group])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return child.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        child.kill()  # all in its pid namespace go with it
        child.wait()
        remove_group(group)
        os.rmdir(work)


def main():
    if sys.argv[1:2] == ['--inside']:
        return inside(*sys.argv[2:])
    if len(sys.argv) != 2:
        sys.exit('usage: bench.py BUILD')
    if os.getuid() != 0:
        sys.exit('bench: containers need root here')
    if not os.environ.get('BENCH_PRIVATE'):
        os.environ['BENCH_PRIVATE'] = '1'
        os.execvp('unshare', ['unshare', '--mount', sys.executable, '-B', __file__, sys.argv[1]])
    peers = os.environ.get('CORACLE_PEERS', '')
    if not peers or not os.path.exists(f'{peers}/usr/bin/podman'):
        sys.exit(f'bench: CORACLE_PEERS: "{peers}" is no tree with podman and dockerd: contrib/peers.sh DIR makes one')
    return outside(os.path.abspath(sys.argv[1]), os.path.abspath(peers))


if __name__ == '__main__':
    sys.exit(main())
