#!/usr/bin/env python3
"""Checks Prometheus' text format on standard input, as strictly as promtool and a scrape do; prints what is wrong.

    prometheus.py [METRIC...] <TEXT          the metrics that have to be among them
"""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(r"(%s)(?:\{((?:%s)(?:,%s)*)\})? (-?[0-9.]+(?:e[+-]?[0-9]+)?|[+-]Inf|NaN)" % (NAME, LABEL, LABEL))
TYPES = ("counter", "gauge", "histogram", "summary", "untyped")


class Wrong(Exception):
    pass


def family(name, types):
    base = re.sub(r"_(bucket|sum|count)$", "", name)
    return base if types.get(base) == "histogram" else name


def check_histogram(name, samples):
    rows = {}
    for sample, labels, value in samples:
        rest = tuple(sorted((key, text) for key, text in labels if key != "le"))
        row = rows.setdefault(rest, {"buckets": []})
        if sample.endswith("_bucket"):
            row["buckets"].append((float(dict(labels)["le"].replace("+Inf", "inf")), value))
        else:
            row[sample[len(name):]] = value
    for rest, row in rows.items():
        bounds = [bound for bound, _ in row["buckets"]]
        counts = [count for _, count in row["buckets"]]
        if bounds != sorted(set(bounds)) or bounds[-1] != float("inf"):
            raise Wrong("%s %s: buckets %s" % (name, rest, bounds))
        if counts != sorted(counts) or counts[-1] != row["_count"] or "_sum" not in row:
            raise Wrong("%s %s: counts %s, of %s" % (name, rest, counts, row))


def check(text):
    types, helps, seen, groups = {}, set(), set(), {}
    current = None
    if not text.endswith("\n"):
        raise Wrong("the last line does not end")
    for number, line in enumerate(text.split("\n")[:-1], 1):
        comment = re.fullmatch(r"# (HELP|TYPE) (%s) (.+)" % NAME, line)
        if comment:
            kind, name, words = comment.groups()
            if name in groups or (kind == "HELP" and name in helps) or (kind == "TYPE" and name in types):
                raise Wrong("line %d: %s of %s comes twice or too late" % (number, kind, name))
            if kind == "TYPE" and words not in TYPES:
                raise Wrong("line %d: type %s" % (number, words))
            if kind == "HELP":
                helps.add(name)
            else:
                types[name] = words
            current = name
            continue
        sample = SAMPLE.fullmatch(line)
        if not sample:
            raise Wrong("line %d is no sample: %s" % (number, line))
        name, labels, value = sample.group(1), re.findall(LABEL, sample.group(2) or ""), float(sample.group(sample.lastindex))
        if family(name, types) != current or current not in types or current not in helps:
            raise Wrong("line %d: %s stands apart from its HELP and TYPE" % (number, name))
        if len({key for key, _ in labels}) != len(labels) or (name, tuple(sorted(labels))) in seen:
            raise Wrong("line %d: labels come twice: %s" % (number, line))
        if types[current] == "counter" and (value < 0 or not name.endswith("_total")):
            raise Wrong("line %d: no counter: %s" % (number, line))
        seen.add((name, tuple(sorted(labels))))
        groups.setdefault(current, []).append((name, labels, value))
    for name, samples in groups.items():
        if types[name] == "histogram":
            check_histogram(name, samples)
    return groups


def main():
    try:
        groups = check(sys.stdin.read())
        for name in sys.argv[1:]:
            if name not in groups:
                raise Wrong("no sample of %s" % name)
    except Wrong as wrong:
        sys.exit("prometheus.py: %s" % wrong)


main()
