"""Tests: random changes of an adapter's folder, made in a process that cannot import torch."""

import json
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from components.core.errors import CheckpointError
from components.core.files import file_digest
from components.core.manifest import MANIFEST, verify_files
from tests.components.core.adapter_folder import (
    NAMES,
    WEIGHTS,
    flip,
    make_folder,
    pickle_bytes,
    update_manifest,
    write_tensors,
)

Mutation = Callable[[Path, random.Random], None]


def main(folder: Path, count: int, seed: int) -> None:
    """Print how many mutations of each kind were made, and how many were refused."""
    digest = make_folder(folder / "whole")
    verify_files(folder / "whole", digest)  # the unchanged folder is accepted
    kinds = list(MUTATIONS)
    counts = {kind: {"made": 0, "refused": 0} for kind in kinds}
    for number in range(count):
        kind, copy = kinds[number % len(kinds)], folder / "changed"
        shutil.copytree(folder / "whole", copy)
        MUTATIONS[kind](copy, random.Random(f"{seed} {number}"))
        counts[kind]["made"] += 1
        # Unsafe changes are refused even with the digest of the changed manifest.
        trusted = [digest, file_digest(copy / MANIFEST)] if kind in UNSAFE else [digest]
        counts[kind]["refused"] += all(_is_refused(copy, expected) for expected in trusted)
        shutil.rmtree(copy)
    verify_files(folder / "whole", digest)
    loaded = sorted(name for name, module in sys.modules.items() if module and name in {"torch", "safetensors"})
    print(json.dumps({"kinds": counts, "loaded": loaded}))  # noqa: T201 the test reads it


def _is_refused(folder: Path, digest: str) -> bool:
    try:
        verify_files(folder, digest)
    except CheckpointError as error:
        return ":" in str(error)
    return False


def flip_a_bit_of_the_adapter(folder: Path, chance: random.Random) -> None:
    flip(folder / WEIGHTS, chance)


def flip_a_bit_of_another_file(folder: Path, chance: random.Random) -> None:
    flip(folder / chance.choice(NAMES[1:]), chance)


def flip_a_bit_of_the_manifest(folder: Path, chance: random.Random) -> None:
    flip(folder / MANIFEST, chance)


def flip_a_bit_and_write_it_into_the_manifest(folder: Path, chance: random.Random) -> None:
    flip(folder / WEIGHTS, chance)
    update_manifest(folder)


def change_the_origin(folder: Path, chance: random.Random) -> None:
    content = json.loads((folder / MANIFEST).read_text())
    content["origin"][chance.choice(["base_digest", "snapshot", "training", "git_sha"])] = f"{chance.random()}"
    (folder / MANIFEST).write_text(json.dumps(content))


def take_another_adapter(folder: Path, chance: random.Random) -> None:
    content = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(content[:-192] + chance.randbytes(192))
    if chance.random() < 0.5:
        update_manifest(folder)


def swap_two_files(folder: Path, chance: random.Random) -> None:
    one, other = (folder / name for name in chance.sample(NAMES, 2))
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def truncate(folder: Path, chance: random.Random) -> None:
    path = folder / chance.choice([*NAMES, MANIFEST])
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def lengthen(folder: Path, chance: random.Random) -> None:
    with (folder / chance.choice([*NAMES, MANIFEST])).open("ab") as file:
        file.write(chance.randbytes(chance.randint(1, 64)))


def remove(folder: Path, chance: random.Random) -> None:
    (folder / chance.choice([*NAMES, MANIFEST])).unlink()


def add_a_file(folder: Path, chance: random.Random) -> None:
    name = chance.choice(["more.safetensors", "adapter_weights/adapter_model.safetensors", "code.py", "__init__.py"])
    (folder / name).write_bytes(chance.randbytes(16))


def add_a_pickle_in_place_of_mlflows_note(folder: Path, chance: random.Random) -> None:
    (folder / "registered_model_meta").write_bytes(pickle_bytes(chance))


def pickle_as_safetensors(folder: Path, chance: random.Random) -> None:
    (folder / WEIGHTS).write_bytes(pickle_bytes(chance))
    update_manifest(folder)


def pickle_as_text(folder: Path, chance: random.Random) -> None:
    (folder / "requirements.txt").write_bytes(pickle_bytes(chance))
    update_manifest(folder)


def pickle_by_its_name(folder: Path, chance: random.Random) -> None:
    (
        folder / f"adapter_weights/pytorch_lora_weights{chance.choice(['.bin', '.pt', '.pkl', '.ckpt', '.pth'])}"
    ).write_bytes(pickle_bytes(chance))
    update_manifest(folder)


def add_an_empty_folder(folder: Path, chance: random.Random) -> None:
    (folder / chance.choice(["checkpoint", "adapter_weights/more", "checkpoint/deep", "more"])).mkdir(parents=True)
    update_manifest(folder)


def damage_the_header(folder: Path, chance: random.Random) -> None:
    """Break one rule of the format, and update the manifest."""
    path = folder / WEIGHTS
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header, data = content[8 : 8 + length], content[8 + length :]
    wrong: list[bytes] = [
        header.replace(b"[4, 8]", b"[4, 9]"),
        header.replace(b"[4, 8]", b"[-4, -8]"),
        header.replace(b"[4, 8]", b"[1e9]"),
        header.replace(b'"F32"', b'"F64"'),
        header.replace(b'"F32"', b'"PICKLE"'),
        header.replace(b"[0, 128]", b"[0, 99999999]"),
        header.replace(b"[128, 192]", b"[64, 128]"),
        header.replace(b"unet.b", b"unet.a"),
        header.replace(b"{", b"[", 1),
        header.replace(b'"{}"', b"{}"),
    ]
    if chance.random() < 0.2:
        lengths = [0, 1, length + 1, 1 << 40, (1 << 64) - 1]
        path.write_bytes(chance.choice(lengths).to_bytes(8, "little") + header + data)
    else:
        write_tensors(path, chance.choice(wrong), data)
    update_manifest(folder)


def name_a_path_outside(folder: Path, chance: random.Random) -> None:
    outside = chance.choice(
        [
            "../secret.json",
            "/etc/passwd",
            "adapter_weights/../../x.json",
            "..",
            "",
            "a//b.json",
            "c:\\x.json",
            "./x.json",
        ]
    )
    content = json.loads((folder / MANIFEST).read_text())
    content["files"][outside] = content["files"][WEIGHTS]
    (folder / MANIFEST).write_text(json.dumps(content))


def put_a_link(folder: Path, chance: random.Random) -> None:
    path = folder / chance.choice(NAMES)
    path.symlink_to(path.rename(folder.parent / "kept"))  # to the same bytes
    if chance.random() < 0.3:
        (folder / "adapter_weights" / "more").symlink_to(folder.parent)


def change_capitals(folder: Path, chance: random.Random) -> None:
    path = folder / chance.choice(NAMES)
    shutil.copy(path, path.with_stem(path.stem.swapcase()))
    update_manifest(folder)


def change_the_capitals_of_the_kind(folder: Path, chance: random.Random) -> None:
    kind = chance.choice([".Safetensors", ".SAFETENSORS", ".safeTensors"])
    (folder / WEIGHTS).rename((folder / WEIGHTS).with_suffix(kind))
    update_manifest(folder)


ALWAYS: tuple[Mutation, ...] = (
    flip_a_bit_of_the_adapter,
    flip_a_bit_of_another_file,
    flip_a_bit_of_the_manifest,
    flip_a_bit_and_write_it_into_the_manifest,
    change_the_origin,
    take_another_adapter,
    swap_two_files,
    truncate,
    lengthen,
    remove,
    add_a_file,
    add_a_pickle_in_place_of_mlflows_note,
)
NEVER_SAFE: tuple[Mutation, ...] = (
    pickle_as_safetensors,
    pickle_as_text,
    pickle_by_its_name,
    add_an_empty_folder,
    damage_the_header,
    name_a_path_outside,
    put_a_link,
    change_capitals,
    change_the_capitals_of_the_kind,
)
MUTATIONS: dict[str, Mutation] = {mutation.__name__: mutation for mutation in (*ALWAYS, *NEVER_SAFE)}
UNSAFE = {mutation.__name__ for mutation in NEVER_SAFE}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
