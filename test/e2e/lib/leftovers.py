"""What a server of one's own could leave behind, as a set of sentences: taken before and after, their difference is it."""
import os
import re
import sqlite3
import time

from private import run

SETTLE_S = 15  # for what ends by itself once nobody asks for anything


class Left(Exception):
    """Something was left behind, or did not work afterwards."""


def files(engine):
    """Every path below both roots, but the databases' own and what belongs to the networks' last state."""
    found = set()
    for top in (engine.root, engine.runroot):
        for folder, folders, names in os.walk(top):
            found.update(os.path.join(folder, name) for name in folders + names)
    return {path for path in found if not path.endswith(("-wal", "-shm", "-journal"))}


def mounts(work):
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        points = [line.split()[4] for line in file]
    return {point for point in points if point.startswith(work + "/")}


def rows(engine):
    with sqlite3.connect("file:%s/coracle/state.db?mode=ro" % engine.root, uri=True) as db:
        tables = ("containers", "execs", "leases", "ports", "volumes", "volume_users", "volume_mounts")
        return {"%s row %s" % (table, row) for table in tables for row in db.execute("SELECT * FROM " + table)}


def cgroups(ids):
    """Of those containers: the parents are shared with other engines of the machine."""
    for top, folders, _ in os.walk("/sys/fs/cgroup"):
        if os.path.basename(top) == "coracle":
            for name in folders:
                if name in ids:
                    yield os.path.join(top, name)
            folders.clear()
        elif os.path.basename(top) not in ("cgroup", "unified", "systemd") and top.count("/") > 4:
            folders.clear()


def runtime_state():
    for place in ("/run/crun", "/run/runc"):
        if os.path.isdir(place):
            yield from (os.path.join(place, name) for name in os.listdir(place) if not name.startswith("."))


def bridge_state():
    links = {"interface " + line.split(":")[1].strip() for line in run("ip", "-o", "link").splitlines()}
    return links | {"rule " + line for line in run("iptables-save").splitlines() if line.startswith("-A")}


def descriptors(pid):
    """What a process has open, each with how many of the kind: numbers of sockets and pipes mean nothing."""
    counts = {}
    for name in os.listdir("/proc/%d/fd" % pid):
        try:
            to = re.sub(r"\[\d+\]|/\d+|\d+:", "", os.readlink("/proc/%d/fd/%s" % (pid, name)))
        except OSError:
            continue
        counts[to] = counts.get(to, 0) + 1
    return {"%s open %d times" % item for item in counts.items()}


def snapshot(engine, work, ids, bridge=True):
    there = {"process %d %s" % (pid, b" ".join(argv).decode(errors="replace")) for pid, argv in engine.processes()}
    there |= {"mount " + point for point in mounts(work)}
    there |= {"file " + path for path in files(engine)}
    there |= rows(engine)
    there |= {"runtime state " + path for path in runtime_state()}
    there |= {"cgroup " + path for path in cgroups(ids)}
    return there | bridge_state() if bridge else there


def await_none(baseline, take, settle_s=SETTLE_S):
    """Until @take() has nothing that is not in @baseline; Left when that does not come."""
    deadline = time.monotonic() + settle_s
    while True:
        left = take() - baseline
        if not left:
            return
        if time.monotonic() > deadline:
            raise Left("%d left behind:\n  %s" % (len(left), "\n  ".join(sorted(left)[:100])))
        time.sleep(0.02)
