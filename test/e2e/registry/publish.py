#!/usr/bin/env python3
"""Puts small images into a registry that speaks plain HTTP, also such as no tool would make.

    publish.py image HOST:PORT NAME:TAG [--arch ARCH] [--layers N] [--bytes N] [--config-of-layers N]
    publish.py index HOST:PORT NAME:TAG DIGEST=OS/ARCH[/VARIANT]...

Prints the digest of what was put: of the manifest or the index. --config-of-layers lies about the number of layers.
"""
import argparse
import gzip
import hashlib
import http.client
import io
import json
import random
import tarfile

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Registry:
    def __init__(self, host, name):
        self.connection = http.client.HTTPConnection(host)
        self.place = f"/v2/{name}"

    def ask(self, method, path, body, expected, content_type="application/octet-stream"):
        self.connection.request(method, path, body, {"Content-Type": content_type, "Accept": MANIFEST})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != expected:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return answer

    def blob(self, data, media_type):
        location = self.ask("POST", f"{self.place}/blobs/uploads/", b"", 202).getheader("Location")
        separator = "&" if "?" in location else "?"
        self.ask("PUT", f"{location}{separator}digest={digest_of(data)}", data, 201)
        return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}

    def manifest(self, document, reference):
        data = json.dumps(document).encode()
        self.ask("PUT", f"{self.place}/manifests/{reference}", data, 201, document["mediaType"])
        return digest_of(data)


def layer(number, size):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(f"layer-{number}")
        member.size = size
        archive.addfile(member, io.BytesIO(random.Random(number).randbytes(size)))
    return out.getvalue()


def put_image(options, registry, tag):
    plain = [layer(number, options.bytes) for number in range(options.layers)]
    described = options.layers if options.config_of_layers is None else options.config_of_layers
    config = {
        "architecture": options.arch,
        "os": "linux",
        "created": "2024-01-02T03:04:05Z",
        "config": {"Cmd": ["true"]},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(data) for data in plain][:described]},
    }
    gzipped = [gzip.compress(data, 1, mtime=0) for data in plain]
    return registry.manifest(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": registry.blob(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"),
            "layers": [registry.blob(data, "application/vnd.oci.image.layer.v1.tar+gzip") for data in gzipped],
        },
        tag,
    )


def put_index(options, registry, tag):
    manifests = []
    for text in options.manifests:
        digest, _, platform = text.partition("=")
        members = dict(zip(("os", "architecture", "variant"), platform.split("/")))
        head = registry.ask("GET", f"{registry.place}/manifests/{digest}", None, 200)
        size = int(head.getheader("Content-Length"))
        manifests.append({"mediaType": MANIFEST, "digest": digest, "size": size, "platform": members})
    return registry.manifest({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}, tag)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("what", choices=["image", "index"])
    arguments.add_argument("host")
    arguments.add_argument("name")
    arguments.add_argument("manifests", nargs="*")
    arguments.add_argument("--arch", default="amd64")
    arguments.add_argument("--layers", type=int, default=1)
    arguments.add_argument("--bytes", type=int, default=1000)
    arguments.add_argument("--config-of-layers", type=int)
    options = arguments.parse_intermixed_args()
    name, _, tag = options.name.partition(":")
    registry = Registry(options.host, name)
    print((put_image if options.what == "image" else put_index)(options, registry, tag))


if __name__ == "__main__":
    main()
