"""
The floor: what conmon, the runtime and netavark cost when they are called by hand with the documents that coracled
wrote for them. Runs inside a machine; reads one JSON command a line, answers with one line.
"""
import ctypes
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
MNT_DETACH = 2


def mount(kind, target, options):
    if LIBC.mount(kind.encode(), target.encode(), kind.encode(), 0, options.encode()) < 0:
        raise OSError(ctypes.get_errno(), f'mounting {kind} on {target}')


def run(argv, data=None):
    done = subprocess.run(argv, input=data, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f'{argv}: {done.returncode} {done.stdout} {done.stderr}')
    return done.stdout


class Bundle:
    """One container by hand."""

    def __init__(self, work, document, cmd, number, stdin=False, log=None):
        self.id = f'{number:064x}'
        self.dir = f'{work}/bundles/{number}'
        self.root = f'{self.dir}/merged'
        self.exits = f'{work}/exits'
        for each in ('upper', 'work', 'merged', 'shm', 'persist'):
            os.makedirs(f'{self.dir}/{each}')
        os.makedirs(self.exits, exist_ok=True)
        mount('overlay', self.root, f'lowerdir={work}/rootfs,upperdir={self.dir}/upper,workdir={self.dir}/work')
        mount('tmpfs', f'{self.dir}/shm', 'mode=1777,size=64m')
        self.write_config(document, cmd, work)
        self.stdin = stdin
        self.log = log or f'{self.dir}/ctr.log'

    def write_config(self, document, cmd, work):
        config = json.loads(document)
        config['root']['path'] = self.root
        config['process']['args'] = cmd
        config['linux']['cgroupsPath'] = f'/floor/{self.id}'
        for namespace in config['linux']['namespaces']:
            if namespace['type'] == 'network' and namespace.get('path'):
                namespace['path'] = f'/run/netns/floor-{self.id[-8:]}'
        for each in config['mounts']:
            if each['destination'] == '/dev/shm' and each['type'] == 'bind':
                each['source'] = f'{self.dir}/shm'
            elif each['type'] == 'bind' and each['source'].startswith('/'):
                kept = f'{work}/files/{os.path.basename(each["source"])}'
                each['source'] = kept if os.path.exists(kept) else each['source']
        with open(f'{self.dir}/config.json', 'w') as file:
            json.dump(config, file)

    def create(self):
        sync, sync_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start, start_theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        argv = ['conmon', '--api-version', '1', '-c', self.id, '-u', self.id, '-r', '/usr/bin/crun', '-b', self.dir,
                '-p', f'{self.dir}/pidfile', '-n', 'floor', '--exit-dir', self.exits,
                '--persist-dir', f'{self.dir}/persist', '--full-attach', '-l', f'k8s-file:{self.log}',
                '--log-level', 'warning',
                '--runtime-arg', '--log-format=json', '--runtime-arg', '--log', f'--runtime-arg={self.dir}/oci-log',
                '--conmon-pidfile', f'{self.dir}/conmon.pid']
        env = dict(os.environ, _OCI_SYNCPIPE=str(sync_theirs.fileno()), _OCI_STARTPIPE=str(start_theirs.fileno()))
        process = subprocess.Popen(argv + (['-i'] if self.stdin else []), env=env, cwd=self.dir,
                                   stdin=subprocess.DEVNULL, pass_fds=(sync_theirs.fileno(), start_theirs.fileno()))
        sync_theirs.close()
        start_theirs.close()
        start.send(b'\0')
        process.wait()
        told = json.loads(sync.recv(65536) or b'{"data":-1}')
        if told['data'] <= 0:
            raise RuntimeError(f'conmon: {told}')
        self.pid = told['data']
        self.pidfd = os.pidfd_open(self.pid)

    def start(self):
        run(['crun', 'start', self.id])

    def wait(self):
        select.select([self.pidfd], [], [])
        while not os.path.exists(f'{self.exits}/{self.id}'):
            time.sleep(0.0002)

    def delete(self):
        os.close(self.pidfd)
        run(['crun', 'delete', '--force', self.id])
        LIBC.umount2(f'{self.dir}/shm'.encode(), MNT_DETACH)
        LIBC.umount2(self.root.encode(), MNT_DETACH)
        os.unlink(f'{self.exits}/{self.id}')
        shutil.rmtree(self.dir)


class Floor:
    def __init__(self, work):
        self.work = work
        self.number = 0
        self.lock = threading.Lock()
        self.sleeper = None

    def bundle(self, network, cmd, **more):
        with self.lock:
            self.number += 1
            number = self.number
        with open(f'{self.work}/{network}.json') as file:
            return Bundle(self.work, file.read(), cmd, number, **more)

    def netavark(self, verb, bundle):
        with open(f'{self.work}/request.json') as file:
            request = json.load(file)
        request['container_id'] = bundle.id
        for network in request['networks'].values():  # an address for each of eight at a time
            network['static_ips'] = [each.rsplit('.', 1)[0] + f'.{100 + int(bundle.id, 16) % 100}'
                                     for each in network['static_ips']]
        run(['/usr/lib/podman/netavark', '--config', f'{self.work}/netavark', '--rootless=false',
             '--aardvark-binary=/usr/lib/podman/aardvark-dns', verb, f'/run/netns/floor-{bundle.id[-8:]}'],
            json.dumps(request))

    def cycle(self, network):
        begun = time.monotonic()
        bundle = self.bundle(network, ['true'])
        if network == 'bridge':
            run(['ip', 'netns', 'add', f'floor-{bundle.id[-8:]}'])
            with self.lock:  # netavark shares its bridge and chains: one at a time
                self.netavark('setup', bundle)
        bundle.create()
        bundle.start()
        bundle.wait()
        if network == 'bridge':
            with self.lock:
                self.netavark('teardown', bundle)
            run(['ip', 'netns', 'del', f'floor-{bundle.id[-8:]}'])
        bundle.delete()
        return time.monotonic() - begun

    def eight(self, count):
        """Eight at a time, until @count were done."""
        begun = time.monotonic()
        left = iter(range(count))

        def work():
            for _ in left:
                self.cycle('bridge')
        threads = [threading.Thread(target=work) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return time.monotonic() - begun

    def exec(self):
        if not self.sleeper:
            self.sleeper = self.bundle('none', ['sleep', '1000'])
            self.sleeper.create()
            self.sleeper.start()
        begun = time.monotonic()
        run(['crun', 'exec', self.sleeper.id, 'true'])
        return time.monotonic() - begun

    def write_log(self, cmd):
        """How long conmon takes to write down what the command says."""
        bundle = self.bundle('none', cmd, log=f'{self.work}/ctr.log')
        bundle.create()
        begun = time.monotonic()
        bundle.start()
        bundle.wait()
        seconds = time.monotonic() - begun
        bundle.delete()
        return seconds

    def read_log(self):
        begun = time.monotonic()
        with open(f'{self.work}/ctr.log', 'rb', buffering=0) as file:
            while file.read(1 << 18):
                pass
        seconds = time.monotonic() - begun
        os.unlink(f'{self.work}/ctr.log')
        return seconds

    def attach(self, size):
        """@size bytes through cat and back."""
        bundle = self.bundle('none', ['cat'], stdin=True)
        bundle.create()
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sock.connect(f'{bundle.dir}/attach')
        bundle.start()
        begun = time.monotonic()

        def feed():
            chunk = b'x' * 32767
            for _ in range(size // len(chunk)):
                sock.send(chunk)
            sock.shutdown(socket.SHUT_WR)
        feeder = threading.Thread(target=feed)
        feeder.start()
        while sock.recv(16384):
            pass
        seconds = time.monotonic() - begun
        feeder.join()
        bundle.wait()
        bundle.delete()
        return seconds

    def pull(self, urls):
        """Fetches, checks and unpacks the layers, all at a time."""
        begun = time.monotonic()
        running = []
        for number, url in enumerate(urls):
            target = f'{self.work}/pulled/{number}'
            os.makedirs(target)
            script = (f'set -o pipefail; curl -sf {url} | tee >(sha256sum >{target}.sum) | gzip -dc | '
                      f'tar -x -C {target} --same-owner')
            running.append(subprocess.Popen(['bash', '-c', script], stdin=subprocess.DEVNULL))
        if any([each.wait() for each in running]):
            raise RuntimeError('pull by hand failed')
        seconds = time.monotonic() - begun
        shutil.rmtree(f'{self.work}/pulled')
        return seconds

    def await_registry(self):
        deadline = time.monotonic() + 30
        while subprocess.run(['curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:5000/v2/'], check=False).returncode:
            if time.monotonic() > deadline:
                raise RuntimeError('docker-registry does not answer')

    def end(self):
        if self.sleeper:
            run(['crun', 'kill', self.sleeper.id, 'KILL'])
            self.sleeper.wait()
            self.sleeper.delete()


def main():
    floor = Floor(sys.argv[1])
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {'seconds': getattr(floor, name)(*arguments)}
        except (OSError, RuntimeError) as error:
            answer = {'error': str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == '__main__':
    main()
