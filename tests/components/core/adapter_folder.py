"""Tests: the folder of an adapter's version, with tensors written by hand, and functions that change it."""

import json
import pickle
import random
from pathlib import Path

from components.core.files import file_digest
from components.core.manifest import MANIFEST, Origin, write_manifest

WEIGHTS = "adapter_weights/pytorch_lora_weights.safetensors"
NAMES = (WEIGHTS, "MLmodel", "requirements.txt")
ORIGIN = Origin("starter", 300, "abc", "org/base@1", "def", "s1", "t1", "0" * 40, {"torch": "2.13.0"})


def make_folder(folder: Path) -> str:
    """Write the files of a version, with tensors written by hand, and return the digest of the manifest."""
    header = {
        "__metadata__": {"lora_adapter_metadata": "{}"},
        "unet.a": {"dtype": "F32", "shape": [4, 8], "data_offsets": [0, 128]},
        "unet.b": {"dtype": "F16", "shape": [8, 4], "data_offsets": [128, 192]},
    }
    (folder / WEIGHTS).parent.mkdir(parents=True)
    write_tensors(folder / WEIGHTS, json.dumps(header).encode(), bytes(range(192)))
    (folder / "MLmodel").write_text("flavors:\n  diffusers:\n    adapter_type: lora\n")
    (folder / "requirements.txt").write_text("diffusers==0.42.1\n")
    return write_manifest(folder, ORIGIN)


def flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def pickle_bytes(chance: random.Random) -> bytes:
    return pickle.dumps({"weights": [chance.random()]}, protocol=chance.randint(0, 5))


def update_manifest(folder: Path) -> None:
    """Write a manifest of the changed folder, as an attacker would."""
    content = json.loads((folder / MANIFEST).read_text())
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    content["files"] = {
        path.relative_to(folder).as_posix(): {"sha256": file_digest(path), "size": path.stat().st_size}
        for path in files
    }
    (folder / MANIFEST).write_text(json.dumps(content))


def write_tensors(path: Path, header: bytes, data: bytes) -> None:
    path.write_bytes(len(header).to_bytes(8, "little") + header + data)
