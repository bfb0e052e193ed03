"""Tests: errors of a training: no snapshot, a wrong override; and a training on the snapshot of another machine."""

import json
import shutil
from pathlib import Path

import pytest

from components.core.errors import AtelierError, ConfigError
from flows.ingest import ingest
from flows.train import train
from registry.client import connect
from registry.settings import settings


def test_training_without_a_snapshot_says_what_to_do_first(toy: str) -> None:
    with pytest.raises(AtelierError, match=r"There is no snapshot in .* run `ingest` for this model first"):
        train(toy)


def test_an_override_is_checked_against_the_schema(toy: str) -> None:
    with pytest.raises(ConfigError, match="stepz"):
        train(toy, overrides=["train.stepz=3"])


def test_a_machine_trains_on_the_snapshot_of_another_and_what_one_has_trained_is_not_trained_again(
    toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_SNAPSHOTS_URL", str(tmp_path / "shared"))
    digest = ingest(toy)["digest"]
    shutil.rmtree(settings().home / "snapshots")  # as on a machine that has made none
    versions = train(toy)
    assert len(versions) == 4
    shutil.rmtree(settings().home / "checkpoints")
    assert train(toy) == versions
    assert not (settings().home / "checkpoints").exists()
    (run, *_) = connect().search_runs([connect().get_experiment_by_name(toy).experiment_id], "tags.flow = 'train'")
    place = json.loads(run.inputs.dataset_inputs[0].dataset.source)["uri"]
    assert place == f"{tmp_path}/shared/{toy}/{digest}.tar"
