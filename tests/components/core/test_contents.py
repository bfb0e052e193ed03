"""Tests: a file that the check accepts is also accepted by safetensors' own reader; other content is refused."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from sklearn.feature_extraction.text import TfidfVectorizer

from components.core.contents import check_content
from components.core.errors import CheckpointError

WHOLE = save(
    {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "b": np.ones((4,), np.float16),
        "c": np.zeros((0, 3), np.int64),
    },
    {"alpha": "16"},
)
HEADER = 8 + int.from_bytes(WHOLE[:8], "little")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contents")


def is_accepted(path: Path) -> bool:
    try:
        check_content(path)
    except CheckpointError:
        return False
    return True


def safetensors_accepts(path: Path) -> bool:
    try:
        load_file(path)
    except (SafetensorError, TypeError, ValueError, KeyError, AttributeError, OverflowError):
        return False
    return True


def test_a_file_of_safetensors_is_accepted(folder: Path) -> None:
    (folder / "whole.safetensors").write_bytes(WHOLE)
    assert is_accepted(folder / "whole.safetensors")
    assert safetensors_accepts(folder / "whole.safetensors")


@given(st.integers(0, HEADER - 1), st.integers(0, 255))
def test_a_changed_header_is_accepted_only_if_safetensors_accepts_it(folder: Path, place: int, byte: int) -> None:
    path = folder / "changed.safetensors"
    path.write_bytes(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])
    assert safetensors_accepts(path) or not is_accepted(path)


@given(st.binary(max_size=200))
def test_random_bytes_are_accepted_only_if_safetensors_accepts_them(folder: Path, content: bytes) -> None:
    path = folder / "any.safetensors"
    path.write_bytes(len(content).to_bytes(8, "little") + content)
    assert safetensors_accepts(path) or not is_accepted(path)


@given(st.integers(0, 5), st.recursive(st.integers() | st.text() | st.none(), st.lists))
def test_a_pickle_is_refused_under_every_name(folder: Path, protocol: int, value: object) -> None:
    for name in ("p.safetensors", "p.txt", "p.yaml", "MLmodel", "p.bin", "p.pt", "p.pkl"):
        (folder / name).write_bytes(pickle.dumps(value, protocol))
        assert not is_accepted(folder / name)


@pytest.mark.parametrize("content", ['{"a": 1, "a": 2}', '{"a": ', "\x00", ""])
def test_invalid_json_and_json_with_duplicate_keys_are_refused(folder: Path, content: str) -> None:
    (folder / "wrong.json").write_text(content)
    assert not is_accepted(folder / "wrong.json")


def test_text_with_control_characters_is_refused(folder: Path) -> None:
    (folder / "odd.txt").write_bytes(b"diffusers\x00==1")
    assert not is_accepted(folder / "odd.txt")


def skops_file(path: Path, **members: bytes) -> Path:
    """Write a zip with a schema and the given members, whose names have `_` in place of the dot."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", "{}")
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def array(values: NDArray[Any]) -> bytes:
    content = io.BytesIO()
    np.save(content, values, allow_pickle=True)
    return content.getvalue()


def test_a_model_that_skops_wrote_is_accepted(folder: Path) -> None:
    model = TfidfVectorizer().fit(["oil leak", "worn belt"])
    skops.io.dump(model, folder / "model.skops")
    assert is_accepted(folder / "model.skops")
    assert is_accepted(skops_file(folder / "plain.skops", a_npy=array(np.arange(3)), b_npy=array(np.array(["x"]))))


@pytest.mark.parametrize(
    "members",
    [
        {"a_npy": array(np.array([{}], dtype=object))},
        {"a_npy": b"no array"},
        {"code_py": b"print()"},
        {"more_pkl": pickle.dumps([])},
    ],
)
def test_a_zip_with_objects_or_code_is_refused(folder: Path, members: dict[str, bytes]) -> None:
    assert not is_accepted(skops_file(folder / "odd.skops", **members))


def test_a_pickle_that_is_called_skops_is_refused(folder: Path) -> None:
    (folder / "pickle.skops").write_bytes(pickle.dumps({"a": 1}))
    assert not is_accepted(folder / "pickle.skops")
