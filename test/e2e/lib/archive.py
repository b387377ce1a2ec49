#!/usr/bin/env python3
"""Makes an image out of a root file system, as "docker save" would write it.

    archive.py ROOTFS.tar ARCHIVE.tar NAME:TAG [CONFIG]

The command is sh; PATH is set, and a label tells the image from others. CONFIG has further members, as JSON.
"""
import hashlib
import io
import json
import platform
import sys
import tarfile


ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def add(archive, name, data):
    member = tarfile.TarInfo(name)
    member.size = len(data)
    member.mode = 0o644
    archive.addfile(member, io.BytesIO(data))


def main():
    rootfs, target, name, *more = sys.argv[1:]
    with open(rootfs, "rb") as file:
        layer = file.read()
    digest = "sha256:" + hashlib.sha256(layer).hexdigest()
    config = {
        "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": "2024-01-02T03:04:05Z",
        "config": {
            "Cmd": ["sh"],
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Labels": {"coracle.e2e": "busybox"},
        }
        | json.loads(more[0] if more else "{}"),
        "rootfs": {"type": "layers", "diff_ids": [digest]},
        "history": [{"created": "2024-01-02T03:04:05Z", "created_by": "busybox from a root file system"}],
    }
    document = json.dumps(config).encode()
    config_name = hashlib.sha256(document).hexdigest() + ".json"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": ["layer.tar"]}]
    with tarfile.open(target, "w") as archive:
        add(archive, config_name, document)
        add(archive, "layer.tar", layer)
        add(archive, "manifest.json", json.dumps(manifest).encode())


if __name__ == "__main__":
    main()
