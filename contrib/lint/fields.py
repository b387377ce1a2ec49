#!/usr/bin/env python3
"""test/e2e/FIELDS.tsv lists every member of both bodies of create, and what proves it.

A line is DIALECT, member, proof. The proof is "FILE.bats: name of the test", whose text names the member (or does so in the
program it calls, or by the client's option that the line names behind the test), or "= REASON" for a member that is heard
and changes nothing. Members come out of the printed OpenAPI documents, thus out of the rows of api/types.
"""
import json
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
E2E = TOP / "test" / "e2e"
BODIES = {"docker": "ContainerCreateRequest", "libpod": "SpecGenerator"}


def reference(schema):
    """The type a member is of, with what stands between: "[]" of a list, "{}" of a map."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1], ""
    for alternative in schema.get("oneOf", []) + schema.get("anyOf", []) + schema.get("allOf", []):
        if "$ref" in alternative:
            return reference(alternative)
    for key, mark in (("items", "[]"), ("additionalProperties", "{}")):
        if isinstance(schema.get(key), dict):
            name, marks = reference(schema[key])
            return name, mark + marks
    return None, ""


def members(types, name, prefix=""):
    for key, schema in types[name].get("properties", {}).items():
        inner, marks = reference(schema)
        if inner:
            yield from members(types, inner, f"{prefix}{key}{marks}.")
        else:
            yield prefix + key, schema.get("description", "")


def wanted():
    for dialect, body in BODIES.items():
        document = json.loads((TOP / "swagger" / f"{dialect}.json").read_text())
        for member, text in members(document["components"]["schemas"], body):
            yield (dialect, member), text


def tests():
    """(file, name) to the test's text, with that of the programs it calls."""
    found = {}
    for path in E2E.rglob("*.bats"):
        for name, text in re.findall(r'^@test "([^\n]*)" \{\n(.*?)^\}', path.read_text(), re.M | re.S):
            for program in re.findall(r"\$E2E/([\w./-]+\.py)", text):
                text += (E2E / program).read_text()
            found[str(path.relative_to(E2E)), name] = text
    return found


def complaint(member, text, proof, known):
    if proof.startswith("= ") and len(proof) > 8:
        return None
    match = re.fullmatch(r"(\S+\.bats): ([^\t]+?)(?:  \((.+)\))?", proof)
    if not match:
        return f"\"{proof}\" is neither FILE.bats: TEST nor = REASON"
    file, name, word = match.groups()
    if (file, name) not in known:
        return f"there is no test \"{name}\" in {file}"
    if word == "Refused" and not text.startswith("Refused: "):
        return "is not refused"
    word = word or re.split(r"[.\[{]", member)[-1] or member
    if not re.search(rf"(?<![A-Za-z_]){re.escape(word)}(?![A-Za-z_])", known[file, name]):
        return f"the test \"{name}\" in {file} does not say {word}"
    return None


def main():
    asked, known, seen, wrong = dict(wanted()), tests(), set(), []
    for number, line in enumerate((E2E / "FIELDS.tsv").read_text().splitlines(), 1):
        if line.startswith("#") or not line:
            continue
        parts = line.split("\t")
        if len(parts) != 3:
            wrong.append(f"line {number} has not three columns")
            continue
        dialect, member, proof = parts
        seen.add((dialect, member))
        why = complaint(member, asked.get((dialect, member), ""), proof, known)
        if why:
            wrong.append(f"{dialect} {member}: {why}")
    wrong += [f"{dialect} {member}: has no line" for dialect, member in sorted(asked.keys() - seen)]
    wrong += [f"{dialect} {member}: is no member of create any more" for dialect, member in sorted(seen - asked.keys())]
    for line in wrong:
        print(f"test/e2e/FIELDS.tsv: {line}")
    print(f"fields: {len(seen)} members of create, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
