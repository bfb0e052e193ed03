"""Tests: adapter files that cannot be read."""

from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from components.training.diffusion import ADAPTER_FILE
from components.training.diffusion.adapter_files import adapter_digest


@pytest.mark.parametrize("content", [b"", b"junk" * 100, None])
def test_an_adapter_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / ADAPTER_FILE).write_bytes(content)
    with pytest.raises(CheckpointError, match=ADAPTER_FILE):
        adapter_digest(tmp_path)
