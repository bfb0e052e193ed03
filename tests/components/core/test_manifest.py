"""Tests: no file of a version is loaded unless it is, to the byte, what was registered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from components.core.files import file_digest
from components.core.manifest import MANIFEST, verify_files, write_manifest
from tests import ROOT
from tests.components.core.adapter_folder import NAMES, ORIGIN, WEIGHTS, make_folder
from tests.components.core.mutations import MUTATIONS

# Whoever tries to import one of these raises ImportError: nothing can be loaded before it is refused, or after.
UNREACHABLE = "import sys, runpy; sys.modules.update(torch=None, safetensors=None, numpy=None, mlflow=None); "


def test_a_thousand_changed_folders_are_refused_where_torch_cannot_be_reached(tmp_path: Path) -> None:
    code = f"{UNREACHABLE} runpy.run_module('tests.components.core.mutations', run_name='__main__')"
    command = [sys.executable, "-c", code, str(tmp_path), "1000", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["loaded"] == []
    made = {name: kind["made"] for name, kind in told["kinds"].items()}
    assert sum(made.values()) == 1000
    assert made.keys() == MUTATIONS.keys()
    assert {name: kind["refused"] for name, kind in told["kinds"].items()} == made


def test_what_was_not_changed_is_taken_with_where_it_comes_from(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    manifest = verify_files(tmp_path / "whole", digest)
    assert manifest.origin == ORIGIN
    assert set(manifest.files) == set(NAMES)
    assert manifest.files[WEIGHTS].sha256 == file_digest(tmp_path / "whole" / WEIGHTS)
    assert manifest.digest == digest == file_digest(tmp_path / "whole" / MANIFEST)


def test_the_note_that_mlflow_leaves_in_the_folder_does_no_harm(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / "registered_model_meta").write_text("model_name: starter\nmodel_version: '1'\n")
    assert verify_files(tmp_path / "whole", digest).digest == digest


def test_a_refusal_is_one_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / "MLmodel").write_text("flavors: {}\n")
    with pytest.raises(CheckpointError, match=r"MLmodel is not what was registered, expected .*: .* train again\.$"):
        verify_files(tmp_path / "whole", digest)


@pytest.mark.parametrize("name", ["checkpoint", "adapter_weights/more", "more/and/more"])
def test_a_folder_that_holds_nothing_is_refused_as_no_manifest_lists_it(tmp_path: Path, name: str) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / name).mkdir(parents=True)
    with pytest.raises(CheckpointError, match=rf"{name} is an empty folder, expected what manifest\.json lists: "):
        verify_files(tmp_path / "whole", digest)


def test_a_folder_that_holds_nothing_never_gets_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(CheckpointError, match="checkpoint is an empty folder"):
        write_manifest(tmp_path, ORIGIN)


def test_a_file_that_is_gone_is_told_before_the_folder_that_it_leaves_empty(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / WEIGHTS).unlink()
    with pytest.raises(CheckpointError, match=r"pytorch_lora_weights\.safetensors is missing, expected"):
        verify_files(tmp_path / "whole", digest)


def test_what_may_run_when_it_is_loaded_never_gets_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "weights.pkl").write_bytes(b"\x80\x04N.")
    with pytest.raises(CheckpointError, match=r"of the kind '\.pkl', expected safetensors, JSON or text"):
        write_manifest(tmp_path, ORIGIN)
