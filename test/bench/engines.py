"""The engines under test: how each is started, and where its calls differ. All speak the Docker Engine API."""
import glob
import json
import os
import shutil
import signal
import socket
import subprocess

from client import Connection, until
from machine import Machine

IMAGE = 'localhost/bench:latest'
PODMAN_CONF = '''[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
log_driver = "k8s-file"
'''


class Engine:
    name = ''

    def __init__(self, group, work, root=''):
        self.machine = Machine(group, self.name, work, root)
        self.work = self.machine.work
        self.socket = f'{self.work}/engine.sock'
        self.log = open(f'{self.work}/engine.log', 'ab')
        self.process = None
        self.prepare()

    def prepare(self):
        """Files that it wants before its first start."""

    def argv(self, listening):
        """Command line. @listening: on a socket that was handed over."""
        raise NotImplementedError

    def pull(self, connection, reference):
        raise NotImplementedError

    def start(self):
        self.spawn(self.argv(False))
        self.await_ping()

    def spawn(self, argv, **options):
        options.setdefault('stdin', subprocess.DEVNULL)
        self.process = self.machine.spawn(argv, stdout=self.log, stderr=self.log, **options)

    def await_ping(self):
        def answers():
            if self.process.poll() is not None:
                raise RuntimeError(f'{self.name} ended: see {self.work}/engine.log')
            try:
                return self.connect().call('GET', '/_ping') == 'OK'
            except (OSError, RuntimeError):
                return False
        until(answers, 60, f'an answer of {self.name}')

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        if os.path.exists(self.socket):
            os.unlink(self.socket)

    def connect(self, timeout=120):
        return Connection(self.socket, timeout)

    def start_activated(self):
        """Starts it on a socket that is handed over, as a service manager would. Gives a callable that lets it go:
        all that comes before the program itself is done by then."""
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.socket)
        listener.listen(128)
        spare = os.dup2(listener.fileno(), 100, inheritable=True)
        shell = 'read -r go; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&100 100<&- </dev/null'
        self.spawn(['bash', '-c', shell, 'bash', *self.argv(True)], stdin=subprocess.PIPE, close_fds=False)
        os.close(spare)
        listener.close()
        until(lambda: self.at_read(), 10, f'the start of {self.name}')
        return lambda: (self.process.stdin.write(b'\n'), self.process.stdin.flush())

    def at_read(self):
        """The shell that starts it is reading its word."""
        with open(f'/proc/{self.process.pid}/comm') as comm, open(f'/proc/{self.process.pid}/wchan') as where:
            return comm.read() == 'bash\n' and 'pipe' in where.read()

    # ---- what they have in common ----

    def create(self, connection, cmd, network='none', **more):
        body = {'Image': IMAGE, 'Cmd': cmd, 'HostConfig': {'NetworkMode': network}, **more}
        return connection.call('POST', '/containers/create', body)['Id']

    def start_container(self, connection, container):
        connection.call('POST', f'/containers/{container}/start')

    def wait(self, connection, container):
        return connection.call('POST', f'/containers/{container}/wait')['StatusCode']

    def remove(self, connection, container, force=False):
        connection.call('DELETE', f'/containers/{container}' + ('?force=true' if force else ''))

    def import_image(self, archive):
        with open(archive, 'rb') as file:
            self.connect().call('POST', '/images/create?fromSrc=-&repo=localhost/bench&tag=latest', file,
                                {'Content-Type': 'application/x-tar', 'Content-Length': str(os.path.getsize(archive))})

    def remove_image(self, connection, reference):
        connection.call('DELETE', f'/images/{reference}?force=true')


def pull_libpod(connection, reference):
    text = connection.call('POST', f'/v5.0.0/libpod/images/pull?reference={reference}&tlsVerify=false')
    rows = [json.loads(row) for row in text.splitlines()] if isinstance(text, str) else [text]
    if not rows[-1].get('id'):
        raise RuntimeError(f'pulling {reference}: {rows[-1]}')


def pull_docker(connection, reference):
    name, tag = reference.rsplit(':', 1)
    text = connection.call('POST', f'/images/create?fromImage={name}&tag={tag}')
    if isinstance(text, str) and '"error"' in text:
        raise RuntimeError(f'pulling {reference}: {text[-300:]}')


class Coracle(Engine):
    name = 'coracle'
    program = 'build/coracled'

    def argv(self, listening):
        listen = [] if listening else ['--listen', f'unix://{self.socket}']
        return [self.program, '--root', f'{self.work}/root', '--runroot', f'{self.work}/run', '--idle-timeout', '0',
                *listen]

    def pull(self, connection, reference):
        pull_docker(connection, reference)

    def copy_documents(self, target):
        """What it wrote for containers without and with a network, and what it told netavark, for work by hand."""
        connection = self.connect()
        for network in ('none', 'bridge'):
            container = self.create(connection, ['sleep', '1000'], network)
            self.start_container(connection, container)
            configs = glob.glob(f'{self.work}/root/**/{container}/userdata/config.json', recursive=True)
            shutil.copy(configs[0], f'{target}/{network}.json')
            if network == 'bridge':
                files = glob.glob(f'{self.work}/run/**/{container}/userdata', recursive=True)[0]
                shutil.copytree(files, f'{target}/files', ignore=shutil.ignore_patterns('*pid*', '*log'))
                shutil.copy(glob.glob(f'{self.work}/run/**/netavark/{container}.json', recursive=True)[0],
                            f'{target}/request.json')
            self.remove(connection, container, force=True)
        connection.close()


class Podman(Engine):
    name = 'podman'

    def prepare(self):
        with open(f'{self.work}/containers.conf', 'w') as file:
            file.write(PODMAN_CONF)

    def argv(self, listening):
        where = [] if listening else [f'unix://{self.socket}']
        return ['env', f'CONTAINERS_CONF={self.work}/containers.conf', 'podman', '--root', f'{self.work}/root',
                '--runroot', f'{self.work}/run', 'system', 'service', '--time', '0', *where]

    def pull(self, connection, reference):
        pull_libpod(connection, reference)


class Docker(Engine):
    name = 'docker'

    def argv(self, listening):
        where = 'fd://' if listening else f'unix://{self.socket}'
        return ['dockerd', '--data-root', f'{self.work}/root', '--exec-root', f'{self.work}/run',
                '--pidfile', f'{self.work}/docker.pid', '-H', where]

    def pull(self, connection, reference):
        pull_docker(connection, reference)
