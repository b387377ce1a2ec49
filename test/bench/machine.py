"""Machines within the machine: namespaces and a cgroup for each engine, so that its processor time is known."""
import glob
import os
import shutil
import subprocess

from client import until

HERE = os.path.dirname(os.path.abspath(__file__))
GROUPS = '/sys/fs/cgroup'


def hierarchies():
    """Mount points of all cgroup hierarchies."""
    with open('/proc/self/mounts') as mounts:
        rows = [line.split() for line in mounts]
    found = [row[1] for row in rows if row[2] in ('cgroup', 'cgroup2') and row[1].startswith(GROUPS)]
    return list(dict.fromkeys(found))


def mount_hugetlb():
    """crun refuses a version 1 machine without this hierarchy. For a private mount namespace."""
    with open('/proc/cgroups') as rows:
        lacking = any(row.split()[:2] == ['hugetlb', '0'] for row in rows)
    target = GROUPS + '/hugetlb'
    if lacking and not os.path.exists(GROUPS + '/cgroup.controllers'):
        os.makedirs(target, exist_ok=True)
        subprocess.run(['mount', '-t', 'cgroup', '-o', 'hugetlb', 'cgroup', target], check=False)


def write(path, text):
    with open(path, 'w') as file:
        file.write(text)


def read(path):
    with open(path) as file:
        return file.read()


def make_group(name):
    for hierarchy in hierarchies():
        path = f'{hierarchy}/{name}'
        os.makedirs(path, exist_ok=True)
        for setting in ('cpuset.cpus', 'cpuset.mems'):  # version 1: a group without them takes no process
            if os.path.exists(f'{path}/{setting}') and not read(f'{path}/{setting}').strip():
                write(f'{path}/{setting}', read(f'{os.path.dirname(path)}/{setting}'))
        if os.path.exists(f'{path}/cgroup.clone_children'):
            write(f'{path}/cgroup.clone_children', '1')


def delegate(name):
    """Version 2: what the group may hand on to those below it."""
    for hierarchy in hierarchies():
        if os.path.exists(f'{hierarchy}/{name}/cgroup.subtree_control'):
            offered = read(f'{hierarchy}/{name}/cgroup.controllers').split()
            write(f'{hierarchy}/{name}/cgroup.subtree_control', ' '.join('+' + each for each in offered))


def prefer(name):
    """The run before what else the machine does: then its figures say more of the engines than of the machine."""
    for hierarchy in hierarchies():
        for setting, most in (('cpu.shares', '262144'), ('cpu.weight', '10000')):
            if os.path.exists(f'{hierarchy}/{name}/{setting}'):
                write(f'{hierarchy}/{name}/{setting}', most)


def try_to_remove(path):
    try:
        os.rmdir(path)
        return True
    except OSError:
        return not os.path.exists(path)


def remove_group(name):
    """Its processes were killed; they may take a moment to go."""
    for hierarchy in hierarchies():
        for path, _, _ in os.walk(f'{hierarchy}/{name}', topdown=False):
            until(lambda path=path: try_to_remove(path), 10, f'the end of cgroup {path}')


def join_group(name, pid):
    for hierarchy in hierarchies():
        write(f'{hierarchy}/{name}/cgroup.procs', str(pid))


class Machine:
    """A holder process whose namespaces and root others enter."""

    def __init__(self, group, name, work, root=''):
        self.name = name
        self.work = f'{work}/{name}'
        self.group = f'{group}/{name}'
        os.makedirs(self.work, exist_ok=True)
        make_group(self.group)
        make_group(self.group + '/engine')
        self.holder = subprocess.Popen(
            ['unshare', '--mount', '--net', '--cgroup', 'sh', f'{HERE}/machine.sh', root, work],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=lambda: join_group(self.group, os.getpid()))
        if self.holder.stdout.readline() != b'ready\n':
            raise RuntimeError(f'the machine of {name} did not come up')
        join_group(f'{group}/driver', self.holder.pid)  # it is no part of the engine
        delegate(self.group)

    def spawn(self, argv, measured=True, **options):
        """As subprocess.Popen; in the engine's own group, unless it is not the engine's work."""
        def enter():
            if measured:
                join_group(self.group + '/engine', os.getpid())
        pid = str(self.holder.pid)
        return subprocess.Popen(['nsenter', '-t', pid, '-m', '-n', '-C', '-r', '-w', '--', *argv],
                                preexec_fn=enter, **options)

    def pids(self):
        """Processes of the engine and of all it started."""
        base = next(path for path in hierarchies() if os.path.isdir(f'{path}/{self.group}'))
        found = set()
        for path in glob.glob(f'{base}/{self.group}/**/cgroup.procs', recursive=True):
            try:
                found.update(int(pid) for pid in read(path).split())
            except OSError:
                pass  # the group just went
        return found

    def cpu(self):
        """Seconds of processor time that the engine and all it started used so far."""
        for path, factor in ((f'{GROUPS}/cpuacct/{self.group}/cpuacct.usage', 1e-9),
                             (f'{GROUPS}/cpu,cpuacct/{self.group}/cpuacct.usage', 1e-9)):
            if os.path.exists(path):
                return int(read(path)) * factor
        usage = dict(row.split() for row in read(f'{GROUPS}/{self.group}/cpu.stat').splitlines())
        return int(usage['usage_usec']) * 1e-6

    def memory(self):
        """(PSS, RSS) in bytes, of all processes."""
        pss = rss = 0
        for pid in self.pids():
            try:
                rows = dict(row.split()[:2] for row in read(f'/proc/{pid}/smaps_rollup').splitlines()[1:])
            except OSError:
                continue  # it just ended
            pss += int(rows['Pss:']) * 1024
            rss += int(rows['Rss:']) * 1024
        return pss, rss

    def fresh_dir(self, name):
        path = f'{self.work}/{name}'
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path
