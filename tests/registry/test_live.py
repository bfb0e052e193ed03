"""Tests: versions are exchanged when the alias moves; one that does not load or prove itself leaves the earlier one."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from components.core.errors import CheckpointError, RegistryError, UnavailableError, UnknownModelError, UsageError
from components.core.records import Checkpoint, Decision, Verdict
from components.recipes import read_config
from registry.aliases import CHALLENGER, set_challenger
from registry.client import connect
from registry.live import LiveVersions
from registry.loaded import Loaded
from registry.production import Promotion, move_production
from registry.search import read_version
from registry.settings import settings
from registry.tracking import open_run
from registry.versions import checkpoint_of, register
from tests.flows.homes import use_toy
from tests.test_toys import Log
from tests.toys import RECIPE

MODEL = "fruit"


@pytest.fixture
def fruit(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two versions of the toy, none of them in production."""
    use_toy(monkeypatch, tmp_path)
    config = read_config(settings().models, MODEL)
    for number in (1, 2):
        folder = tmp_path / f"step-{number}"
        folder.mkdir()
        (folder / "weights.json").write_text(json.dumps({"threshold": 40.0 * number}))
        with open_run(config, "train", str(number)) as run:
            register(config, run, RECIPE, Checkpoint(folder, number, f"digest{number}"), f"t{number}", "s1")


def promote(version: int) -> None:
    decision = Decision(version, Verdict.PROMOTE, "better", "It is better.")
    move_production(MODEL, Promotion(version), lambda _: decision)


def live_versions(challengers: Sequence[str] = (), **more: object) -> LiveVersions:
    return LiveVersions(Log(), with_challenger=challengers, **more)  # type: ignore[arg-type]


def test_a_move_of_the_alias_exchanges_the_version_once(fruit: None) -> None:
    versions = live_versions()
    assert versions.refresh() == []
    promote(1)
    assert [live.version for live in versions.refresh()] == [1]
    held = versions.current(MODEL)
    promote(2)
    assert [live.version for live in versions.refresh()] == [2]
    assert versions.refresh() == []
    assert (held.version, versions.current(MODEL).version) == (1, 2)  # who holds the earlier one goes on with it


def test_a_model_that_loses_its_alias_answers_no_more(fruit: None) -> None:
    versions = live_versions()
    promote(1)
    versions.refresh()
    connect().delete_registered_model_alias(MODEL, "Production")
    versions.refresh()
    with pytest.raises(RegistryError, match="No version of fruit answers as Production"):
        versions.current(MODEL)


def test_a_version_with_altered_files_leaves_the_earlier_one(fruit: None) -> None:
    versions = live_versions()
    promote(1)
    versions.refresh()
    (checkpoint_of(read_version(MODEL, 2)).folder / "weights.json").write_text("{}")
    promote(2)
    assert versions.refresh() == []
    assert versions.current(MODEL).version == 1
    (problem,) = versions.problems()
    assert problem.startswith("Version 2 of fruit is not loaded (")
    assert problem.endswith("; version 1 still answers.")
    promote(1)
    versions.refresh()
    assert versions.problems() == []


def test_a_version_that_does_not_prove_itself_is_not_used_and_tried_again_later(fruit: None) -> None:
    tried: list[str] = []

    def prove(loaded: Loaded) -> None:
        tried.append(loaded.origin["version"])
        raise CheckpointError("It answers nothing", expected="an answer")

    versions = live_versions(prove=prove)
    promote(1)
    for _ in range(3):
        versions.refresh()
    assert tried == ["1"]  # the next try comes after a pause
    with pytest.raises(UnavailableError, match="It answers nothing, expected an answer"):
        versions.current(MODEL)


def test_challenger_is_loaded_only_where_it_has_a_share(fruit: None) -> None:
    promote(1)
    set_challenger(MODEL, 2)
    without, with_share = live_versions(), live_versions([MODEL])
    without.refresh()
    assert [live.version for live in with_share.refresh()] == [1, 2]
    assert with_share.current(MODEL, CHALLENGER).version == 2
    with pytest.raises(RegistryError, match="give the model a share"):
        without.current(MODEL, CHALLENGER)


def test_unknown_names_are_named(fruit: None) -> None:
    versions = live_versions()
    with pytest.raises(UnknownModelError, match="No model is called 'cats'"):
        versions.current("cats")
    with pytest.raises(UsageError, match="No alias is called 'production'"):
        versions.current(MODEL, "production")


def test_a_broken_yaml_is_a_problem_of_its_model_alone(fruit: None) -> None:
    versions = live_versions()
    promote(1)
    (settings().models / f"{MODEL}.yaml").write_text("model: [")
    assert versions.refresh() == []
    assert "is not loaded" in versions.problems()[0]
