"""Tests: the training of a model of demand: which checkpoints it makes, and that they see nothing of the future."""

import json
from pathlib import Path

import numpy as np
import pytest

from components.core.contents import check_content
from components.core.errors import ConfigError
from components.recipes.demand.model_files import ABOUT, OFFSETS, POLICY
from components.recipes.demand.train import DONE, train
from tests.components.recipes.demand.settings import Log
from tests.components.recipes.demand.trained import PERIODS, checkpoint, config, quantities, snapshot, trained

FEW = {"methods": ["naive", "moving-average"], "candidates": ["zero", "best-single", "router"]}


def test_each_candidate_is_a_checkpoint_with_its_name_and_place() -> None:
    found = {one.name: one.step for one in trained()[2]}
    assert {
        "zero": 1,
        "best-single": 2,
        "mean-ensemble": 3,
        "median-ensemble": 4,
        "class-rule": 5,
        "router": 6,
    }.items() <= found.items()
    assert len({one.digest for one in trained()[2]}) == len(found)


def test_a_bandit_that_does_no_better_than_the_router_is_no_version_and_the_reason_is_kept() -> None:
    folder = checkpoint("zero").folder.parent
    made = json.loads((folder / DONE).read_text())["bandit"]
    assert made == any(one.name == "bandit" for one in trained()[2])
    if not made:
        assert "it is no version" in json.loads((folder / "validation/skipped.json").read_text())["bandit"]


def test_no_file_of_a_version_can_run_code() -> None:
    for path in (path for one in trained()[2] for path in one.folder.rglob("*") if path.is_file()):
        check_content(path)


def test_a_finished_training_is_not_done_again(tmp_path: Path) -> None:
    first = train(config(FEW), snapshot(8), tmp_path, Log())
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert train(config(FEW), snapshot(8), tmp_path, Log()) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == times


def test_the_same_data_and_seed_give_the_same_weights(tmp_path: Path) -> None:
    digests = [
        [c.digest for c in train(config(FEW), snapshot(8), tmp_path / name, Log())] for name in _folders(tmp_path)
    ]
    assert digests[0] == digests[1]


def _folders(folder: Path) -> list[str]:
    for name in ("a", "b"):
        (folder / name).mkdir()
    return ["a", "b"]


def test_nothing_that_is_learnt_depends_on_what_validation_and_test_forecast(tmp_path: Path) -> None:
    seen = len(snapshot(1).splits["train"][0]["quantities"])
    other = {k: np.concatenate([quantities(k)[:seen], quantities(k)[seen:] * 5 + 3]) for k in range(8)}
    assert seen < PERIODS
    for name, found in (("a", snapshot(8)), ("b", snapshot(8, other))):
        (tmp_path / name).mkdir()
        train(config({**FEW, "methods": ["naive", "tsb", "lightgbm"]}), found, tmp_path / name, Log())
    for path in sorted((tmp_path / "a").rglob("*")):
        again = tmp_path / "b" / path.relative_to(tmp_path / "a")
        if path.is_file() and (
            path.name in (OFFSETS, POLICY, "router.json", "past.safetensors") or path.suffix == ".txt"
        ):
            assert path.read_bytes() == again.read_bytes(), path


def test_methods_and_candidates_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(ConfigError, match="methods has unknown prophet; known: naive"):
        config({"methods": ["prophet"]})
    with pytest.raises(ConfigError, match="candidates has unknown ets; known: zero"):
        config({"methods": ["naive"], "candidates": ["ets"]})


def test_a_version_says_which_methods_were_left_out() -> None:
    assert json.loads((checkpoint("zero").folder / ABOUT).read_text())["methods"] == list(config().train.methods)
