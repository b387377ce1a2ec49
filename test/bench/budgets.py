"""
What is measured and what it may cost: architecture's budgets, one row each.

A limit is (factor, of): `of` is "podman", "docker", "floor", "best" (the better of the two peers), another metric's
name for coracle itself, or None for a number in the metric's own unit.
"""
from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    name: str
    text: str
    unit: str
    limits: tuple = ()
    more_is_better: bool = False


def throughput(name, text, limits=(), cpu_limits=()):
    return [Metric(f'{name}_rate', f'{text}: requests', '/s', limits, True),
            Metric(f'{name}_p50', f'{text}: p50', 'ms'),
            Metric(f'{name}_p99', f'{text}: p99', 'ms'),
            Metric(f'{name}_cpu', f'{text}: CPU of a request', 'µs', cpu_limits)]


def of_list(present):
    rows = []
    for connections, word in ((1, '1 connection'), (32, '32 connections')):
        rows += throughput(f'list_{present}_{connections}', f'list of {present}, {word}')
    if present == 100:
        rows[1] = Metric(rows[1].name, rows[1].text, 'ms', ((0.25, 'docker'),))
    if present == 500:  # linear: five times the containers, at most six times the time
        rows[1] = Metric(rows[1].name, rows[1].text, 'ms', ((6.0, 'list_100_1_p50'),))
    return rows


METRICS = [
    Metric('cold_start', 'socket handed over to first _ping', 'ms', ((0.15, 'podman'),)),
    Metric('cold_start_500', 'the same with 500 containers', 'ms', ((0.15, 'podman'),)),
    Metric('memory', 'idle memory, PSS', 'MB', ((0.2, 'podman'),)),
    Metric('memory_after', 'memory after 10,000 requests, PSS', 'MB', ((0.3, 'podman'),)),
    *throughput('ping_1', '_ping, 1 connection', ((3.0, 'best'),), ((0.3, 'best'),)),
    *throughput('ping_32', '_ping, 32 connections'),
    Metric('version', 'version', 'ms', ((0.1, 'docker'),)),
    Metric('info', 'info', 'ms', ((0.1, 'docker'),)),
    *(row for present in (0, 10, 100, 500) for row in of_list(present)),
    Metric('create_1', 'create, few present', 'ms'),
    Metric('create_500', 'create, 500 present', 'ms', ((1.3, 'create_1'),)),
    Metric('cycle_none', 'create start wait rm, no network', 'ms', ((0.55, 'podman'), (1.3, 'floor'))),
    Metric('cycle_none_cpu', 'the same: CPU', 'ms', ((0.45, 'podman'),)),
    Metric('create_none', '  create', 'ms'),
    Metric('start_none', '  start', 'ms'),
    Metric('wait_none', '  wait', 'ms'),
    Metric('rm_none', '  rm', 'ms'),
    Metric('cycle_bridge', 'create start wait rm, bridge', 'ms', ((0.5, 'podman'),)),
    Metric('cycle_bridge_cpu', 'the same: CPU', 'ms'),
    Metric('create_bridge', '  create', 'ms'),
    Metric('start_bridge', '  start', 'ms'),
    Metric('wait_bridge', '  wait', 'ms'),
    Metric('rm_bridge', '  rm', 'ms'),
    Metric('parallel_8', 'eight at a time, bridge', '/min', ((1.6, 'podman'),), True),
    Metric('exec', 'exec create and attached start', 'ms', ((0.4, 'podman'),)),
    Metric('rm_force', 'rm -f of one that takes no TERM', 'ms', ((1.0, 'docker'),)),
    Metric('event_start', 'start event after the reply', 'ms', ((2.0, None),)),
    Metric('event_die', 'die event after the kill', 'ms', ((0.5, 'docker'),)),
    Metric('log_write', 'log: container speaks', 'MB/s', (), True),
    Metric('log_read', 'log: read', 'MB/s', ((20.0, 'best'),), True),
    Metric('log_follow', 'log: followed', 'MB/s', ((0.7, 'log_write'),), True),
    Metric('log_follow_share', 'log: share that followers get', '%', ((100.0, None),), True),
    Metric('attach', 'attach through cat', 'MB/s', ((0.85, 'floor'),), True),
    Metric('pull_large', 'pull, 5 layers, 545 MB', 'ms', ((0.45, 'podman'), (1.3, 'floor'))),
    Metric('pull_large_cpu', 'the same: CPU', 'ms'),
    Metric('pull_small', 'pull, 50 small layers', 'ms', ((0.6, 'docker'),)),
    Metric('pull_small_cpu', 'the same: CPU', 'ms'),
]
BY_NAME = {metric.name: metric for metric in METRICS}
