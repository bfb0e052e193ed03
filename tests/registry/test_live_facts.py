"""Tests: what people ask about a version: since when it answers, its scores, and whether its licence is accepted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.card import CardNotes
from components.core.records import Checkpoint
from components.recipes import RECIPES
from registry.live_facts import facts_of, refused_licence
from registry.loaded import Loaded, load_version
from registry.tracking import open_run
from registry.versions import register
from tests.registry import toy_recipe
from tests.registry.conftest import promote
from tests.registry.toy_recipe import RECIPE, Config
from tests.test_toys import Log


@pytest.fixture
def loaded(home: Path, config: Config, tmp_path: Path) -> Loaded:
    folder = tmp_path / "step-10"
    folder.mkdir()
    (folder / "weights.json").write_text(json.dumps({"threshold": 80.0}))
    with open_run(config, "train", "1") as run:
        register(config, run, RECIPE, Checkpoint(folder, 10, "digest10"), "t1", "s1")
    promote(1)
    return load_version(config, "1", Log())


def test_the_ledger_says_since_when_a_version_answers(loaded: Loaded) -> None:
    facts = facts_of(loaded)
    assert facts["since"] > 0
    assert (facts["about"], facts["kind"], facts["snapshot"], facts["scores"]) == (loaded.config.about, "toy", "s1", {})


def test_a_licence_is_refused_by_what_the_card_says_of_the_base(
    loaded: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = CardNotes(base=["**Licence of the base**: none stated"])
    monkeypatch.setattr(toy_recipe, "RECIPE", replace(RECIPE, card=lambda *_: card))
    assert RECIPES["toy"] == toy_recipe.__name__
    assert refused_licence(loaded, ["None stated"]) == "**Licence of the base**: none stated"
    assert refused_licence(loaded, ["OpenRAIL"]) == ""
    assert refused_licence(loaded, []) == ""
