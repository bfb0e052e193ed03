"""Tests: what is missing on this machine is said before minutes of work."""

import json
from pathlib import Path

import pytest
from huggingface_hub import constants

from components.core.errors import AtelierError
from flows.lifecycle import lifecycle
from registry.settings import settings
from tests.components.data.catalogues import jpeg, line, write_catalogue
from tests.flows.command_line import run

MISSING = ["evaluate.extractor=dinov2-small", "base.model=/nowhere/base", "data.smallest_split=1"]
SETS = [word for override in MISSING for word in ("--set", override)]


@pytest.fixture
def shoes(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command_environment: None) -> Path:
    """A catalogue of forty shoes, and empty caches of weights."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return write_catalogue(tmp_path / "shoes", [line(n) for n in range(40)], {n: jpeg(n) for n in range(40)})


def test_an_ingest_ends_well_and_says_what_train_and_evaluate_will_lack(shoes: Path) -> None:
    done = run("ingest", "shoes-64", "--catalogue", shoes, *SETS, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["kept"], sum(found["splits"].values())) == (40, 40)
    base, extractor = found["missing"]
    assert "/nowhere/base" in base
    assert "facebook/dinov2-small" in extractor
    assert f"Missing for what comes next: {base}" in " ".join(
        run("ingest", "shoes-64", "--catalogue", shoes, *SETS).stdout.split("\n")
    )


def test_a_lifecycle_is_refused_in_one_sentence_before_the_first_picture_is_read(shoes: Path) -> None:
    done = run("lifecycle", "shoes-64", "--catalogue", shoes, *SETS)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "Error: shoes-64 lacks the base model /nowhere/base, the extractor dinov2-small: "
        "run `atelier check shoes-64`, which says how to get each of them."
    ]
    with pytest.raises(AtelierError, match=r"^shoes-64 lacks the base model .*, the extractor dinov2-small: run"):
        lifecycle("shoes-64", str(shoes), MISSING)
    with pytest.raises(AtelierError, match=r"^There is no catalogue at fashion-dataset, expected a folder"):
        lifecycle("shoes-64")
    assert not settings().snapshots("shoes-64").exists()
