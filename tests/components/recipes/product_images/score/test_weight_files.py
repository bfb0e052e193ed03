"""Tests: a published pickle is read only if its digest is right and it contains only tensors, and it is read once."""

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import torch
from torch import Tensor

from components.core.errors import BaseModelError
from components.recipes.product_images.score.weight_files import read_published
from components.recipes.product_images.score.weight_sources import SQUEEZENET, Published
from tests import ROOT

ADDRESS = "https://example.org/weights.pth"
STATE = {"a.weight": torch.arange(6.0).view(2, 3), "a.steps": torch.tensor(3)}


def publish(hub: Path, what: Any, name: str = "weights.pth") -> Published:
    """Put a pickle where torch hub would, and return its pinned facts."""
    content = io.BytesIO()
    torch.save(what, content)
    (hub / "checkpoints").mkdir()
    (hub / "checkpoints" / name).write_bytes(content.getvalue())
    return Published("a net", ("weights.pth", "other-name.pth"), sha256(content.getvalue()).hexdigest(), ADDRESS)


def same(found: dict[str, Tensor], expected: dict[str, Tensor]) -> bool:
    return found.keys() == expected.keys() and all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.parametrize("name", ["weights.pth", "other-name.pth"])
def test_tensors_are_read_under_each_name_that_libraries_give_the_file(tmp_path: Path, name: str) -> None:
    assert same(read_published(publish(tmp_path, STATE, name), tmp_path), STATE)


def test_the_pickle_is_read_once(tmp_path: Path) -> None:
    weights = publish(tmp_path, STATE)
    read_published(weights, tmp_path)
    (tmp_path / "checkpoints" / "weights.pth").unlink()
    assert same(read_published(weights, tmp_path), STATE)


def test_a_damaged_cache_is_read_again_from_the_pickle(tmp_path: Path) -> None:
    weights = publish(tmp_path, STATE)
    read_published(weights, tmp_path)
    kept = next((tmp_path / "safetensors").rglob("*.safetensors"))
    content = bytearray(kept.read_bytes())
    content[-1] ^= 1
    kept.write_bytes(content)
    assert same(read_published(weights, tmp_path), STATE)
    assert kept.read_bytes() != content


def test_several_threads_may_read_it_for_the_first_time_at_once(tmp_path: Path) -> None:
    weights = publish(tmp_path, STATE)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: read_published(weights, tmp_path), range(16)))
    assert all(same(state, STATE) for state in found)
    assert [path.name for path in (tmp_path / "safetensors").iterdir()] == [weights.digest]


def test_a_cache_that_cannot_be_written_is_not_an_error(tmp_path: Path) -> None:
    weights = publish(tmp_path, STATE)
    (tmp_path / "safetensors").write_text("a file where the folder should be")
    assert same(read_published(weights, tmp_path), STATE)


def test_a_missing_file_is_named_with_its_place_and_its_address(tmp_path: Path) -> None:
    weights = Published("a net", ("weights.pth",), "0123456789abcdef", ADDRESS)
    sentence = (
        "The weights of a net are not on this machine, expected weights.pth (sha256 0123456789ab...) in "
        f"{tmp_path / 'checkpoints'}: download it once from {ADDRESS}."
    )
    with pytest.raises(BaseModelError, match=re.escape(sentence)):
        read_published(weights, tmp_path)


def test_another_file_of_the_same_name_is_refused(tmp_path: Path) -> None:
    weights = Published("a net", ("weights.pth",), "0123456789abcdef", ADDRESS)
    publish(tmp_path, STATE)
    with pytest.raises(
        BaseModelError, match=r"has sha256 \w{12}..., expected 0123456789ab...: it is not the published"
    ):
        read_published(weights, tmp_path)
    assert not (tmp_path / "safetensors").exists()


class Code:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_code_in_a_pickle_is_not_run_even_if_its_digest_is_pinned(tmp_path: Path) -> None:
    weights = publish(tmp_path, {"a.weight": Code(tmp_path / "was-run")})
    with pytest.raises(BaseModelError, match="The weights of a net contain more than tensors"):
        read_published(weights, tmp_path)
    assert not (tmp_path / "was-run").exists()


@pytest.mark.parametrize("what", [{"epoch": 3}, [torch.ones(1)]])
def test_a_pickle_of_anything_but_tensors_by_name_is_refused(tmp_path: Path, what: Any) -> None:
    with pytest.raises(BaseModelError, match="contain more than tensors, expected tensors by their names"):
        read_published(publish(tmp_path, what), tmp_path)


AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
from components.core.errors import BaseModelError
from components.recipes.product_images.score.weight_files import read_published
from components.recipes.product_images.score.weight_sources import SQUEEZENET
if os.getuid() == 0:
    os.setuid(65534)
try:
    read_published(SQUEEZENET, Path(sys.argv[1]))
except BaseModelError as error:
    print(error)
"""


def test_weights_in_a_folder_that_is_closed_to_this_user_are_missing_and_the_message_says_why() -> None:
    with TemporaryDirectory() as temporary:
        cache = Path(temporary) / "torch"
        (cache / "hub" / "checkpoints").mkdir(parents=True)
        (cache / "hub" / "checkpoints" / SQUEEZENET.files[0]).write_bytes(b"not looked at")
        cache.parent.chmod(0o755)
        cache.chmod(0)
        command = [sys.executable, "-c", AS_ANOTHER_USER, str(cache / "hub")]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        cache.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        f"The weights of SqueezeNet 1.1 cannot be read, as this user may not look into {cache}, expected "
    )
