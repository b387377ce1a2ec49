"""Samples in, medians, ratios and verdicts out: as a table and as JSON."""
import json
import statistics

from budgets import BY_NAME, METRICS

COLUMNS = ('coracle', 'podman', 'docker', 'floor')


class Samples:
    def __init__(self):
        self.all = {}
        self.notes = {}

    def add(self, metric, who, value):
        if metric not in BY_NAME:
            raise KeyError(f'{metric} is not in budgets.py')
        self.all.setdefault(metric, {}).setdefault(who, []).append(value)

    def median(self, metric, who):
        values = self.all.get(metric, {}).get(who)
        return statistics.median(values) if values else None


def limit_of(samples, metric, factor, of):
    """(the number that must be kept, how it reads); None for the number when what it refers to was not measured."""
    sign = '≥' if metric.more_is_better else '≤'
    if of is None:
        return factor, f'{sign} {factor:g} {metric.unit}'
    if of == 'best':
        peers = [value for who in ('podman', 'docker') if (value := samples.median(metric.name, who)) is not None]
        base = (max(peers) if metric.more_is_better else min(peers)) if peers else None
    elif of in COLUMNS:
        base = samples.median(metric.name, of)
    else:
        base = samples.median(of, 'coracle')
    return (None if base is None else factor * base), f'{sign} {factor:g} × {of}'


def judge(samples, metric):
    """Texts of the budgets, and met, missed or '' for none."""
    ours = samples.median(metric.name, 'coracle')
    texts, kept = [], []
    for factor, of in metric.limits:
        limit, text = limit_of(samples, metric, factor, of)
        texts.append(text)
        if limit is not None and ours is not None:
            kept.append(ours >= limit if metric.more_is_better else ours <= limit)
    verdict = '' if not kept else 'met' if all(kept) else 'missed'
    return ', '.join(texts), verdict


def number(value):
    if value is None:
        return '-'
    return f'{value:,.0f}' if abs(value) >= 100 else f'{value:.3g}'


def rows_of(samples):
    for metric in METRICS:
        if metric.name not in samples.all:
            continue
        medians = {who: samples.median(metric.name, who) for who in COLUMNS}
        ratios = {who: medians['coracle'] / medians[who] if medians['coracle'] is not None and medians[who] else None
                  for who in COLUMNS[1:]}
        budget, verdict = judge(samples, metric)
        yield metric, medians, ratios, budget, verdict


def spread(values):
    """(largest - smallest) / median of coracle's samples: how much of a figure is noise."""
    middle = statistics.median(values) if values else 0
    return (max(values) - min(values)) / middle * 100 if middle else 0


def table(samples):
    lines = [f'{"metric":<42} {"unit":>5} {"coracle":>9} {"podman":>9} {"docker":>9} {"floor":>9} '
             f'{"/podman":>8} {"/docker":>8} {"/floor":>8} {"spread":>7}  budget']
    met = missed = 0
    for metric, medians, ratios, budget, verdict in rows_of(samples):
        met += verdict == 'met'
        missed += verdict == 'missed'
        cells = ' '.join(f'{number(medians[who]):>9}' for who in COLUMNS)
        parts = ' '.join(f'{number(ratios[who]):>8}' for who in COLUMNS[1:])
        noise = spread(samples.all[metric.name].get('coracle', []))
        lines.append(f'{metric.text:<42} {metric.unit:>5} {cells} {parts} {noise:>6.0f}%  '
                     f'{budget}{": " if verdict else ""}{verdict.upper() if verdict == "missed" else verdict}')
    lines.append(f'budgets: {met} met, {missed} missed')
    return '\n'.join(lines)


def document(samples, facts):
    return json.dumps({
        'machine': facts,
        'metrics': [{'name': metric.name, 'text': metric.text.strip(), 'unit': metric.unit, 'median': medians,
                     'ratio': ratios, 'budget': budget or None, 'verdict': verdict or None,
                     'samples': samples.all[metric.name]}
                    for metric, medians, ratios, budget, verdict in rows_of(samples)],
        'notes': samples.notes,
    }, indent=1, ensure_ascii=False) + '\n'
