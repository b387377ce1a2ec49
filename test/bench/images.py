"""Images in a registry, written straight into its storage: a large one of real files and one of many layers."""
import gzip
import hashlib
import io
import json
import os
import tarfile
from concurrent.futures import ProcessPoolExecutor

LARGE_LAYERS, LARGE_LAYER_BYTES = 5, 109 << 20
SMALL_LAYERS = 50
MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
CONFIG = 'application/vnd.docker.container.image.v1+json'
LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip'


def files_of(tree, most):
    """Regular files below @tree with up to @most bytes in all, always in the same order."""
    total = 0
    for folder, folders, names in os.walk(tree):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            total += os.path.getsize(path)
            if total > most:
                return
            yield path


def split(paths, most):
    """Lists of files, each list of about @most bytes."""
    part, size = [], 0
    for path in paths:
        part.append(path)
        size += os.path.getsize(path)
        if size >= most:
            yield part
            part, size = [], 0
    if part:
        yield part


def layer_of_files(job):
    number, paths = job
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode='w') as archive:
        for path in paths:
            archive.add(path, arcname=f'layer{number}/{path.lstrip("/")}', recursive=False)
    return raw.getvalue()


def small_layer(number):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode='w') as archive:
        for each in range(4):
            text = hashlib.sha256(f'{number}.{each}'.encode()).hexdigest().encode() * 100
            info = tarfile.TarInfo(f'etc/layer{number}/file{each}')
            info.size, info.mtime = len(text), 1700000000
            archive.addfile(info, io.BytesIO(text))
    return raw.getvalue()


def compress(raw):
    return gzip.compress(raw, 6, mtime=0)


def digest(data):
    return 'sha256:' + hashlib.sha256(data).hexdigest()


class Registry:
    """docker-registry's files."""

    def __init__(self, root):
        self.base = f'{root}/docker/registry/v2'

    def put(self, path, data):
        path = f'{self.base}/{path}'
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(data)

    def blob(self, name, data, kind='_layers'):
        whole = digest(data)
        text = whole.split(':')[1]
        self.put(f'blobs/sha256/{text[:2]}/{text}/data', data)
        self.put(f'repositories/{name}/{kind}/sha256/{text}/link', whole.encode())
        return whole

    def image(self, name, raw_layers, packed_layers):
        config = json.dumps({
            'architecture': 'amd64', 'os': 'linux', 'created': '2024-01-01T00:00:00Z', 'config': {'Cmd': ['true']},
            'rootfs': {'type': 'layers', 'diff_ids': [digest(each) for each in raw_layers]},
            'history': [{'created': '2024-01-01T00:00:00Z', 'created_by': f'layer {number}'}
                        for number in range(len(raw_layers))],
        }).encode()
        layers = [{'mediaType': LAYER, 'size': len(each), 'digest': self.blob(name, each)} for each in packed_layers]
        manifest = json.dumps({
            'schemaVersion': 2, 'mediaType': MANIFEST, 'layers': layers,
            'config': {'mediaType': CONFIG, 'size': len(config), 'digest': self.blob(name, config)},
        }).encode()
        whole = self.blob(name, manifest, '_manifests/revisions')
        self.put(f'repositories/{name}/_manifests/tags/latest/current/link', whole.encode())
        self.put(f'repositories/{name}/_manifests/tags/latest/index/sha256/{whole.split(":")[1]}/link', whole.encode())
        return [each['digest'] for each in layers]


def write_registry(root, tree):
    """Both images, from the files of @tree. Gives the layers of each by name, and the large one's bytes."""
    registry = Registry(root)
    parts = list(split(files_of(f'{tree}/usr', LARGE_LAYERS * LARGE_LAYER_BYTES), LARGE_LAYER_BYTES))[:LARGE_LAYERS]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        large = list(pool.map(layer_of_files, enumerate(parts)))
        packed = list(pool.map(compress, large))
    small = [small_layer(number) for number in range(SMALL_LAYERS)]
    return {'large': registry.image('large', large, packed),
            'small': registry.image('small', small, [compress(each) for each in small])}, sum(map(len, large))
