"""Tests: a version's files are refused unless they equal what was registered, byte for byte."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from components.core.files import file_digest
from components.core.manifest import MANIFEST, verify_files, write_manifest
from tests import ROOT
from tests.components.core.adapter_folder import NAMES, ORIGIN, WEIGHTS, make_folder
from tests.components.core.mutations import MUTATIONS

# Importing one of these raises ImportError, so the check cannot load any file.
UNREACHABLE = "import sys, runpy; sys.modules.update(torch=None, safetensors=None, numpy=None, mlflow=None); "


def test_a_thousand_changed_folders_are_refused_without_torch(tmp_path: Path) -> None:
    code = f"{UNREACHABLE} runpy.run_module('tests.components.core.mutations', run_name='__main__')"
    command = [sys.executable, "-c", code, str(tmp_path), "1000", "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts["loaded"] == []
    made = {name: kind["made"] for name, kind in counts["kinds"].items()}
    assert sum(made.values()) == 1000
    assert made.keys() == MUTATIONS.keys()
    assert {name: kind["refused"] for name, kind in counts["kinds"].items()} == made


def test_an_unchanged_folder_is_accepted_and_its_origin_returned(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    manifest = verify_files(tmp_path / "whole", digest)
    assert manifest.origin == ORIGIN
    assert set(manifest.files) == set(NAMES)
    assert manifest.files[WEIGHTS].sha256 == file_digest(tmp_path / "whole" / WEIGHTS)
    assert manifest.digest == digest == file_digest(tmp_path / "whole" / MANIFEST)


def test_mlflows_own_note_in_the_folder_is_accepted(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / "registered_model_meta").write_text("model_name: starter\nmodel_version: '1'\n")
    assert verify_files(tmp_path / "whole", digest).digest == digest


def test_the_message_about_a_changed_file_says_what_to_do(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / "MLmodel").write_text("flavors: {}\n")
    with pytest.raises(CheckpointError, match=r"MLmodel is not what was registered, expected .*: .* train again\.$"):
        verify_files(tmp_path / "whole", digest)


@pytest.mark.parametrize("name", ["checkpoint", "adapter_weights/more", "more/and/more"])
def test_an_empty_folder_is_refused(tmp_path: Path, name: str) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / name).mkdir(parents=True)
    with pytest.raises(CheckpointError, match=rf"{name} is an empty folder, expected what manifest\.json lists: "):
        verify_files(tmp_path / "whole", digest)


def test_no_manifest_is_written_for_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}\n")
    (tmp_path / "checkpoint").mkdir()
    with pytest.raises(CheckpointError, match="checkpoint is an empty folder"):
        write_manifest(tmp_path, ORIGIN)


def test_a_missing_file_is_reported_before_its_empty_folder(tmp_path: Path) -> None:
    digest = make_folder(tmp_path / "whole")
    (tmp_path / "whole" / WEIGHTS).unlink()
    with pytest.raises(CheckpointError, match=r"pytorch_lora_weights\.safetensors is missing, expected"):
        verify_files(tmp_path / "whole", digest)


def test_no_manifest_is_written_for_a_file_that_may_run_code(tmp_path: Path) -> None:
    (tmp_path / "weights.pkl").write_bytes(b"\x80\x04N.")
    with pytest.raises(CheckpointError, match=r"of the kind '\.pkl', expected safetensors, skops, JSON or text"):
        write_manifest(tmp_path, ORIGIN)


DESCRIBED = "flavors:\n  any:\n    base_model: {}\n    code: null\n"


def with_starter(folder: Path, base_model: str) -> str:
    """Write a version whose MLmodel names a folder; return the digest of its manifest."""
    folder.mkdir()
    (folder / "MLmodel").write_text(DESCRIBED.format("/clone/weights/base"))
    return write_manifest(folder, replace(ORIGIN, base_model=base_model))


@pytest.mark.parametrize("base_model", ["starter", "/clone/weights/base"])
def test_the_folder_of_the_base_may_move_and_nothing_else_may_change(tmp_path: Path, base_model: str) -> None:
    digest = with_starter(tmp_path / "version", base_model)
    path = tmp_path / "version" / "MLmodel"
    path.write_text(DESCRIBED.format("/moved, with spaces/base"))
    assert verify_files(tmp_path / "version", digest).digest == digest
    for changed in (DESCRIBED.format("org/other"), DESCRIBED.format("/moved") + " ", DESCRIBED[:-1].format("/moved")):
        path.write_text(changed)
        with pytest.raises(CheckpointError, match="MLmodel is not what was registered"):
            verify_files(tmp_path / "version", digest)


def test_a_manifest_names_no_folder_of_a_base_that_comes_with_the_project(tmp_path: Path) -> None:
    with_starter(tmp_path / "version", "starter")
    assert "/clone" not in (tmp_path / "version" / MANIFEST).read_text()


def test_a_manifest_of_form_1_is_still_read(tmp_path: Path) -> None:
    with_starter(tmp_path / "version", "/clone/weights/base")
    content = json.loads((tmp_path / "version" / MANIFEST).read_text())
    (tmp_path / "version" / MANIFEST).write_text(json.dumps({**content, "form": 1}))
    manifest = verify_files(tmp_path / "version", file_digest(tmp_path / "version" / MANIFEST))
    assert manifest.origin.base_model == "/clone/weights/base"
    (tmp_path / "version" / "MLmodel").write_text(DESCRIBED.format("/elsewhere"))
    assert verify_files(tmp_path / "version", manifest.digest) == manifest
