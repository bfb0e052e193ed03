"""Tests: cached tensors are believed only if they are what was stored."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import Tensor

from components.evaluation.tensor_cache import FILE, cached_outputs, cached_tensors

FEATURES = {"features": torch.arange(6.0).reshape(2, 3), "sharpness": torch.ones(2)}
PAIRS = [(f"shoe {number}", number) for number in range(5)]


def change(file: Path, changed: Callable[[dict[str, Tensor]], dict[str, Tensor]]) -> None:
    tensors = changed({name: tensor.clone() for name, tensor in load_file(file).items()})
    file.unlink()
    save_file(tensors, file)


ALTERATIONS: list[Callable[[Path], object]] = [
    lambda file: change(file, lambda found: {name: tensor * 1.2 for name, tensor in found.items()}),
    lambda file: change(file, lambda found: {name: tensor[:1] for name, tensor in found.items()}),
    lambda file: change(file, lambda found: {f"{name}.": tensor for name, tensor in found.items()}),
    lambda file: change(file, lambda found: dict(reversed(list(zip(found, reversed(found.values()), strict=True))))),
    lambda file: change(file, lambda found: {}),
    lambda file: file.write_bytes(file.read_bytes()[:-3]),
    lambda file: file.write_bytes(b""),
    lambda file: file.unlink(),
    lambda file: (file.unlink(), file.mkdir()),
    lambda file: shutil.rmtree(file.parent),
    lambda file: (shutil.rmtree(file.parent), file.parent.write_bytes(b"")),
]


def features(folder: Path, calls: list[str]) -> dict[str, Tensor]:
    def compute() -> dict[str, Tensor]:
        calls.append("features")
        return FEATURES

    return cached_tensors(folder, ["snapshot", "validation"], compute)


def outputs(folder: Path, pairs: Sequence[tuple[str, int]], calls: list[int]) -> Tensor:
    def generate(missing: Sequence[tuple[str, int]], already: int) -> Tensor:
        calls.extend(seed for _, seed in missing)
        return torch.stack([torch.full((3, 2, 2), seed, dtype=torch.uint8) for _, seed in missing])

    return cached_outputs(folder, pairs, generate)


def same(found: dict[str, Tensor]) -> bool:
    return found.keys() == FEATURES.keys() and all(found[name].equal(FEATURES[name]) for name in FEATURES)


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_tensors_that_were_altered_are_computed_again_once(alter: Callable[[Path], object], tmp_path: Path) -> None:
    calls: list[str] = []
    assert same(features(tmp_path, calls))
    (file,) = tmp_path.glob(f"*/{FILE}")
    alter(file)
    assert same(features(tmp_path, calls))
    assert same(features(tmp_path, calls))
    assert calls == ["features"] * 2


@pytest.mark.parametrize("alter", ALTERATIONS)
def test_outputs_that_were_altered_are_generated_again_once(alter: Callable[[Path], object], tmp_path: Path) -> None:
    calls: list[int] = []
    whole = outputs(tmp_path, PAIRS, calls)
    (file,) = tmp_path.glob(f"*/{FILE}")
    alter(file)
    assert outputs(tmp_path, PAIRS, calls).equal(whole)
    assert outputs(tmp_path, PAIRS, calls).equal(whole)
    assert calls == [*range(5)] * 2


def test_only_the_block_that_was_altered_is_generated_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []
    outputs(tmp_path, PAIRS[:2], calls)
    (first,) = tmp_path.iterdir()
    outputs(tmp_path, PAIRS, calls)
    (first / FILE).write_bytes(b"")
    outputs(tmp_path, PAIRS, calls)
    assert calls == [*range(5), 0, 1]
    assert caplog.messages == [
        f"{first} is not known to be what was stored there: it was removed, and will be made again."
    ]


def test_the_outputs_of_another_subject_are_not_believed(tmp_path: Path) -> None:
    calls: list[int] = []
    outputs(tmp_path / "base", PAIRS, calls)
    shutil.copytree(tmp_path / "base", tmp_path / "step-300")
    outputs(tmp_path / "step-300", PAIRS, calls)
    assert calls == [*range(5)] * 2


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".unfinished-1").mkdir()
    outputs(tmp_path, PAIRS, [])
    assert (tmp_path / ".unfinished-1").is_dir()


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    outputs(folder / "pictures", PAIRS, [])
    features(folder / "features", [])
    return folder


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_flipped_byte_in_any_file_of_an_entry_changes_nothing_that_is_returned(
    data: st.DataObject, entries: Path
) -> None:
    whole = outputs(entries / "pictures", PAIRS, [])
    file = data.draw(st.sampled_from(sorted(path for path in entries.rglob("*") if path.is_file())))
    content = file.read_bytes()
    place, flip = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(1, 255))
    file.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
    assert outputs(entries / "pictures", PAIRS, []).equal(whole)
    assert same(features(entries / "features", []))
