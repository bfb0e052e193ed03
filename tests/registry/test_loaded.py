"""Tests: a version is loaded with the settings of its training, after its files were checked."""

import json
from pathlib import Path

import pytest

from components.core.errors import CheckpointError, RegistryError, UsageError
from components.core.records import Checkpoint
from registry.client import connect
from registry.loaded import config_of, load_version
from registry.search import read_version
from registry.tracking import open_run
from registry.versions import checkpoint_of, register
from tests.registry.conftest import MODEL, promote
from tests.registry.toy_recipe import RECIPE, Config, ToyTrain
from tests.test_toys import Log
from tests.toys import Grams


@pytest.fixture
def number(home: Path, config: Config, tmp_path: Path) -> int:
    """A version whose threshold is 80 g."""
    folder = tmp_path / "step-10"
    folder.mkdir()
    (folder / "weights.json").write_text(json.dumps({"threshold": 80.0}))
    with open_run(config, "train", "1") as run:
        return register(config, run, RECIPE, Checkpoint(folder, 10, "digest10"), "t1", "s1")


def test_a_version_answers_and_says_which_it_is(number: int, config: Config) -> None:
    promote(number)
    for word in (None, "Production", "1"):
        loaded = load_version(config, word, Log())
        assert loaded.predictor.predict(Grams(grams=81)).model_dump() == {"kind": "apple"}
        assert loaded.predictor.predict(Grams(grams=79)).model_dump() == {"kind": "plum"}
        assert loaded.origin == {"model": MODEL, "version": "1", "step": "10", "weights": "digest10"}


def test_the_base_model_needs_no_registry(bare_home: Path, config: Config) -> None:
    loaded = load_version(config, "base", Log())
    assert loaded.origin == {"model": MODEL, "version": "base"}
    assert not bare_home.exists()


def test_a_version_keeps_the_settings_of_its_training(number: int, config: Config) -> None:
    today = config.model_copy(update={"train": ToyTrain(steps=99)})
    assert config_of(read_version(MODEL, number), today) == config
    assert load_version(today, "1", Log()).config == config
    connect().delete_model_version_tag(MODEL, "1", "record")
    assert config_of(read_version(MODEL, number), today) == today


def test_changed_files_are_not_loaded(number: int, config: Config) -> None:
    (checkpoint_of(read_version(MODEL, number)).folder / "weights.json").write_text('{"threshold": 1.0}')
    with pytest.raises(CheckpointError, match=r"Version 1 of toy: .* train again"):
        load_version(config, "1", Log())


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("production", "Production"),
        ("BASE", "base"),
        ("-1", "a number, Production, Challenger or base"),
        ("", "a number"),
    ],
)
def test_a_wrong_word_is_one_sentence_with_the_right_ones(home: Path, config: Config, word: str, expected: str) -> None:
    with pytest.raises(UsageError, match=f"^No version of toy is called '{word}', expected {expected}"):
        load_version(config, word, Log())


def test_an_unknown_version_and_an_unset_alias_say_what_to_do(number: int, config: Config) -> None:
    with pytest.raises(RegistryError, match="toy has no version 99: `python -m flows status toy` shows them"):
        load_version(config, "99", Log())
    with pytest.raises(
        RegistryError, match="No version of toy is in production yet, expected one: run `python -m flows"
    ):
        load_version(config, None, Log())
    with pytest.raises(RegistryError, match="No version of toy is Challenger yet"):
        load_version(config, "Challenger", Log())
